cd "$SCRATCH" || exit
i=0
while [ $i -lt 1000 ]; do
  echo "const c$i = $i" >"f$i.net"
  echo "import \"f$i.net\""
  i=$((i + 1))
done >input.net
"$CNNC" check input.net
