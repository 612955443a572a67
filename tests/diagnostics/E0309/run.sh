"$CNNC" run f.net --random-weights 1 --input bomb.npz
