"$CNNC" explain E9999 || echo "exit status $?"
