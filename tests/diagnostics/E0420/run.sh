"$CNNC" check --network secnd two.net || echo "exit status $?"
