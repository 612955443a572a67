cd ../../clang/rejected && "$CNNC" audit E0638_attribute.cpp || echo "exit status $?"
