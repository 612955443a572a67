"$CNNC" run f.net --weights cut.npz
