"$CNNC" run f.net --input c=x.npy
"$CNNC" run f.net --input x.npy
