printf 'const  a = 1\nblock b(x) { return relu(x }\n' >"$SCRATCH/broken.net"
printf 'const  a = 1\n' >"$SCRATCH/fine.net"
cd "$SCRATCH" || exit
"$CNNC" fmt broken.net fine.net || echo "exit status $?"
cat broken.net fine.net
