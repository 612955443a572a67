"$CNNC" run f.net --weights f.net
