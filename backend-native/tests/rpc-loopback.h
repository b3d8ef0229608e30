#pragma once

#include <stdexcept>
#include <string>

#include "check.h"
#include "ggml-backend.h"
#include "ggml-rpc.h"

#if defined(__unix__) || defined(__APPLE__)
#include <arpa/inet.h>
#include <cstdio>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
/// ggml keeps the devices and buffer types of a server on purpose, in maps that are gone before leaks are looked for.
extern "C" const char * __lsan_default_suppressions() {
    return "leak:^ggml_backend_rpc_add_server$\nleak:^ggml_backend_rpc_buffer_type$\n";
}
#endif

/// ggml's RPC backend with its server in a process of its own: a device whose memory this process cannot read, on every
/// machine. One server for the whole program, which ends with it.
namespace rpc_loopback {

#if defined(__unix__) || defined(__APPLE__)

/// A port that was free a moment ago.
inline uint16_t free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    const bool bound = fd >= 0 && bind(fd, reinterpret_cast<sockaddr *>(&address), size) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) == 0;
    close(fd);
    if (!bound) {
        throw std::runtime_error("no free port on loopback");
    }
    return ntohs(address.sin_port);
}

inline bool accepts(uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool connected = connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0;
    close(fd);
    return connected;
}

template <typename F>
F function(const char * name) {
    ggml_backend_reg_t rpc = ggml_backend_reg_by_name("RPC");
    void * address = rpc == nullptr ? nullptr : ggml_backend_reg_get_proc_address(rpc, name);
    if (address == nullptr) {
        throw check::skipped{"this build comes without ggml's RPC backend"};
    }
    return reinterpret_cast<F>(address);
}

/// Ends when the write end of the pipe closes, which is when the program ends, however it does.
[[noreturn]] inline void serve(const std::string & endpoint, int pipe_end) {
    std::thread([pipe_end] {
        char byte = 0;
        while (read(pipe_end, &byte, 1) > 0) {
        }
        _exit(0);
    }).detach();
    (void)!std::freopen("/dev/null", "w", stdout);
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    function<decltype(&ggml_backend_rpc_start_server)>("ggml_backend_rpc_start_server")(
        endpoint.c_str(), nullptr, 1, 1, &cpu);
    _exit(1);
}

/// host:port. The first call must come before anything starts a thread: the server is a fork of this process.
inline std::string endpoint() {
    static const std::string started = [] {
        const uint16_t port = free_port();
        const std::string address = "127.0.0.1:" + std::to_string(port);
        int ends[2];
        function<void *>("ggml_backend_rpc_start_server");
        if (pipe(ends) != 0) {
            throw std::runtime_error("no pipe");
        }
        const pid_t pid = fork();
        if (pid == 0) {
            close(ends[1]);
            serve(address, ends[0]);
        }
        close(ends[0]);
        for (int i = 0; pid > 0 && i < 400; ++i) {
            if (accepts(port)) {
                return address;
            }
            usleep(25000);
        }
        throw std::runtime_error("the RPC server did not start");
    }();
    return started;
}

/// The server's only device.
inline ggml_backend_dev_t device() {
    const auto add_server = function<decltype(&ggml_backend_rpc_add_server)>("ggml_backend_rpc_add_server");
    return ggml_backend_reg_dev_get(add_server(endpoint().c_str()), 0);
}

#else

inline std::string endpoint() {
    throw check::skipped{"the RPC server of the tests is a fork of them, which there is not on this system"};
}

inline ggml_backend_dev_t device() {
    endpoint();
    return nullptr;
}

#endif

} // namespace rpc_loopback
