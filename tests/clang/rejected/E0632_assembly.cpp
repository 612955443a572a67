// audit: 4:1 E0632
// audit: 5:15 E0632
// audit: 6:18 E0632
__asm__(".globl evil\nevil:\n  ret");
void stop() { __asm__ volatile("hlt"); }
void clobber() { __asm__ volatile("" ::: "xmm0"); }
