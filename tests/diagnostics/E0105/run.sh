cd "$SCRATCH"
printf '// Gr\374n und sch\366n\nnetwork f(x: f32[3]) -> (y: f32[3]) { return x }\n' > latin1.net
"$CNNC" check latin1.net || echo "exit status $?"
