"$CNNC" run f.net
