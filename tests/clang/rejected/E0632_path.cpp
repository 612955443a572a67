// audit: 2:1 E0632
__asm__(".pushsection .rodata,\"a\"\n.balign 64\nw:\n.incbin \"../secret\"\n.popsection");
