cd ../../clang/rejected && "$CNNC" audit E0632_assembly.cpp || echo "exit status $?"
