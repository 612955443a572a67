"$CNNC" run f.net --weights more.safetensors --input x.npy
