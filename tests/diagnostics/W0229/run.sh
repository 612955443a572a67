{
  echo 'network f(x: f32[4]) -> (y: f32[4]) {'
  awk 'BEGIN { for (i = 0; i < 300; ++i) print "  let a" i " = x + b" i }'
  echo '  return x'
  echo '}'
} > "$SCRATCH/broken.net"
"$CNNC" check "$SCRATCH/broken.net" 2>&1 | grep -A 3 W0229
