"$CNNC" run f.net --weights nan.safetensors
