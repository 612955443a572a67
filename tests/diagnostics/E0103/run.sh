cd "$SCRATCH"
for i in 0 1 2 3 4 5; do for j in 0 1 2 3 4 5 6 7 8 9; do echo 'const ='; done; done > wrong.net
"$CNNC" check wrong.net 2>&1 | grep -A 2 -e ':50:' -e ':51:' -e ':52:'
