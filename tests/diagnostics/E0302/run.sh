"$CNNC" run f.net --weights short.safetensors
