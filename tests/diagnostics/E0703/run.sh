"$CNNC" run f.net --input integers.npy
"$CNNC" run f.net --input other.npy
