// Random bytes for libraries made for Windows 10 (libvips has Rust inside), where Wine has no bcryptprimitives.dll yet.
#include <windows.h>
// windows.h comes first.
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    return RtlGenRandom(bytes, (ULONG)count);
}
