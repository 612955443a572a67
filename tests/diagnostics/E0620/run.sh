cd ../../clang/rejected && "$CNNC" audit E0620_unknown_name.cpp || echo "exit status $?"
