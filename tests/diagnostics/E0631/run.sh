cd ../../clang/rejected && "$CNNC" audit E0631_cast.cpp || echo "exit status $?"
