cd "$SCRATCH"
printf '// Gr\374n und sch\366n\nconst a = 1\n' > latin1.net
"$CNNC" check latin1.net || echo "exit status $?"
