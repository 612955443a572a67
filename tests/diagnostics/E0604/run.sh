touch "$SCRATCH/y.npz"
cat >"$SCRATCH/runner" <<'EOF'
#!/bin/sh
[ "$1" = --describe ] || exit 3
echo "input f32 1 2 x"
echo "output f32 1 1 y"
EOF
"$CNNC" golden --runner "$SCRATCH/runner" --inputs x.npy --expected "$SCRATCH/y.npz"
chmod +x "$SCRATCH/runner"
"$CNNC" golden --runner "$SCRATCH/runner" --inputs x.npy --expected "$SCRATCH/y.npz"
"$CNNC" golden --runner /bin/true --inputs x.npy --expected "$SCRATCH/y.npz"
