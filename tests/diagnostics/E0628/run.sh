cd ../../clang/rejected && "$CNNC" audit E0628_body.cpp || echo "exit status $?"
