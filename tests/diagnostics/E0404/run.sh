dd if=/dev/zero of="$SCRATCH/large.net" bs=1024 count=0 seek=17000 2>/dev/null
"$CNNC" check "$SCRATCH/large.net"
