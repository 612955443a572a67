"$CNNC" run f.net --weights boolean.safetensors
