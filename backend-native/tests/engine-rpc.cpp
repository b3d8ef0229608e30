// A model on a device whose memory this process cannot read, against the same model on the CPU.

#include <functional>
#include <string>

#include "check.h"
#include "device-fixture.h"
#include "engine/error.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/devices.h"
#include "engine/llama/model.h"
#include "rpc-loopback.h"

using namespace device_fixture;

namespace {

std::string code_of(const std::function<void()> & action) {
    try {
        action();
    } catch (const engine::error & error) {
        return error.code;
    }
    return "";
}

} // namespace

TEST(a_cache_on_a_server_is_compressed_as_one_on_the_cpu) {
    const std::string server = rpc_loopback::endpoint();
    const engine::model here = loaded({});
    const engine::model there = loaded({server});
    CHECK(here.info().devices == std::vector<std::string>{"CPU"});
    CHECK(there.info().devices == std::vector<std::string>{ggml_backend_dev_name(rpc_loopback::device())});
    for (lookm::merge_rule merge : {lookm::merge_rule::none, lookm::merge_rule::pivot}) {
        const compressed expected = compress(here, merge);
        const compressed actual = compress(there, merge);
        CHECK_EQUAL(expected.n_host_layers, expected.n_layers);
        CHECK_EQUAL(actual.n_host_layers, 0);
        check_same(actual, expected, here, 100);
    }
}

TEST(layers_on_a_server_and_on_the_cpu_are_compressed_each_where_it_is) {
    const std::string server = rpc_loopback::endpoint();
    const engine::model both = loaded({server}, "", 2);
    CHECK_EQUAL(both.info().devices.size(), size_t{2});
    const compressed actual = compress(both, lookm::merge_rule::pivot);
    CHECK(actual.n_host_layers > 0 && actual.n_host_layers < actual.n_layers);
    CHECK(actual.result.stayed_on_device);
    CHECK_EQUAL(actual.result.memory.n_packed, int64_t{60});
}

TEST(the_devices_of_a_server_are_found_by_name_and_are_no_device_of_this_machine) {
    const engine::model there = loaded({rpc_loopback::endpoint()});
    const std::string name = there.info().devices.at(0);
    CHECK(ggml_backend_dev_by_name(name.c_str()) == nullptr);
    CHECK(engine::device_by_name(name) == rpc_loopback::device());
    CHECK(engine::free_memory({name}) > 0);
    // A model that names no server does not see it, and cannot name it.
    CHECK(loaded({}).info().devices == std::vector<std::string>{"CPU"});
    CHECK_EQUAL(code_of([&] { loaded({}, name); }), std::string("invalid_argument"));
}

RUN_TESTS()
