"$CNNC" check absent.net
"$CNNC" check folder/absent.net
