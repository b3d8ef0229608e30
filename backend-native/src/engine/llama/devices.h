#pragma once

#include <string>
#include <vector>

#include "ggml-cpp.h"

namespace engine {

/// The devices of RPC servers, in the servers' order. ggml's registry is not told of them: llama.cpp would spread every
/// later model over them. A server keeps its devices and their names as long as the process lives.
/// @param servers `host:port`, all of which must answer: ggml ends the process when it cannot connect
/// @throws engine::error `rpc_server_unavailable` when one offers no device, `invalid_argument` when this build has no
/// RPC
std::vector<ggml_backend_dev_t> rpc_devices(const std::vector<std::string> & servers);

/// The devices that llama.cpp would spread a model over if it found `remote` in ggml's registry: those first, then the
/// local ones.
std::vector<ggml_backend_dev_t> devices_beside(const std::vector<ggml_backend_dev_t> & remote);

/// By ggml's name, those of RPC servers included; null when there is none.
ggml_backend_dev_t device_by_name(const std::string & name);

/// A backend instance on every device, which keeps the connections to their servers open as long as it lives. Else they
/// close whenever nothing is allocated on a server, and it turns to its next client.
std::vector<ggml_backend_ptr> connections_to(const std::vector<ggml_backend_dev_t> & devices);

} // namespace engine
