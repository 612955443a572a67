cp input.net "$SCRATCH"
printf '// gr\374n\nblock unit(x) { return relu(x) }\n' >"$SCRATCH/blocks.net"
cd "$SCRATCH" && "$CNNC" check input.net
