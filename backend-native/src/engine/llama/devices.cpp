#include "engine/llama/devices.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <mutex>

#include "engine/error.h"

namespace engine {

namespace {

using add_server = ggml_backend_reg_t (*)(const char * endpoint);

struct remote_devices {
    std::mutex mutex;
    std::vector<ggml_backend_dev_t> all; ///< of every server that was ever added
};

remote_devices & remotes() {
    static remote_devices instance;
    return instance;
}

add_server add_server_function() {
    ggml_backend_reg_t rpc = ggml_backend_reg_by_name("RPC");
    void * function = rpc == nullptr ? nullptr : ggml_backend_reg_get_proc_address(rpc, "ggml_backend_rpc_add_server");
    if (function == nullptr) {
        throw error("invalid_argument", "Expected no RPC servers: this build comes without ggml's RPC backend");
    }
    return reinterpret_cast<add_server>(function);
}

/// Two backends may list one GPU; the first is used.
bool is_listed(const std::vector<ggml_backend_dev_t> & devices, ggml_backend_dev_t device) {
    const auto id_of = [](ggml_backend_dev_t one) {
        ggml_backend_dev_props props;
        ggml_backend_dev_get_props(one, &props);
        return props.device_id;
    };
    const char * id = id_of(device);
    return id != nullptr && std::any_of(devices.begin(), devices.end(), [&](ggml_backend_dev_t other) {
               const char * other_id = id_of(other);
               return other_id != nullptr && std::strcmp(id, other_id) == 0;
           });
}

} // namespace

std::vector<ggml_backend_dev_t> rpc_devices(const std::vector<std::string> & servers) {
    std::vector<ggml_backend_dev_t> devices;
    for (const std::string & server : servers) {
        ggml_backend_reg_t reg = add_server_function()(server.c_str());
        if (reg == nullptr) {
            throw error("rpc_server_unavailable", "The RPC server " + server + " offers no device");
        }
        for (size_t i = 0; i < ggml_backend_reg_dev_count(reg); ++i) {
            devices.push_back(ggml_backend_reg_dev_get(reg, i));
        }
    }
    const std::lock_guard<std::mutex> lock(remotes().mutex);
    std::vector<ggml_backend_dev_t> & all = remotes().all;
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(all), [&](ggml_backend_dev_t device) {
        return std::find(all.begin(), all.end(), device) == all.end();
    });
    return devices;
}

std::vector<ggml_backend_dev_t> devices_beside(const std::vector<ggml_backend_dev_t> & remote) {
    std::vector<ggml_backend_dev_t> gpus;
    std::vector<ggml_backend_dev_t> integrated;
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        const enum ggml_backend_dev_type type = ggml_backend_dev_type(device);
        if (type == GGML_BACKEND_DEVICE_TYPE_GPU && !is_listed(gpus, device)) {
            gpus.push_back(device);
        } else if (type == GGML_BACKEND_DEVICE_TYPE_IGPU &&
                   (integrated.empty() ||
                    ggml_backend_dev_backend_reg(device) == ggml_backend_dev_backend_reg(integrated.back()))) {
            integrated.push_back(device);
        }
    }
    const std::vector<ggml_backend_dev_t> & local = gpus.empty() ? integrated : gpus;
    std::vector<ggml_backend_dev_t> devices = remote;
    devices.insert(devices.end(), local.begin(), local.end());
    return devices;
}

ggml_backend_dev_t device_by_name(const std::string & name) {
    if (ggml_backend_dev_t device = ggml_backend_dev_by_name(name.c_str())) {
        return device;
    }
    const std::lock_guard<std::mutex> lock(remotes().mutex);
    const std::vector<ggml_backend_dev_t> & all = remotes().all;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](ggml_backend_dev_t device) { return name == ggml_backend_dev_name(device); });
    return found == all.end() ? nullptr : *found;
}

std::vector<ggml_backend_ptr> connections_to(const std::vector<ggml_backend_dev_t> & devices) {
    std::vector<ggml_backend_ptr> connections;
    for (ggml_backend_dev_t device : devices) {
        connections.emplace_back(ggml_backend_dev_init(device, nullptr));
    }
    return connections;
}

} // namespace engine
