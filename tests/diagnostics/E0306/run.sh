"$CNNC" run f.net --weights other.safetensors
