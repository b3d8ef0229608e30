// Caches as bytes: a packed one is the same through a file as through memory, and the beginning of a saved one is the
// cache of reading no more than that.

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/kv/packed-state.h"
#include "engine/llama/context.h"

namespace {

namespace fs = std::filesystem;

using bytes = std::vector<uint8_t>;

constexpr int32_t n_prompt = 200;
constexpr ggml_type kv_types[] = {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0};

/// A prompt that was read with one type of cache, in ubatches of 128.
struct read_prompt {
    llama_model_ptr model = fixture::text_model();
    fixture::context_options options;
    engine::cache_layout layout;
    std::vector<llama_token> tokens = fixture::random_tokens(n_prompt + 1, 3);
    llama_context_ptr context;
    bytes state;

    explicit read_prompt(ggml_type type, int32_t n_tokens = n_prompt)
        : layout(engine::cache_layout_probe(model.get(), type, 2)) {
        options.kv_type = type;
        context = fixture::context(model.get(), options);
        for (int32_t at = 0; at < n_tokens; at += 128) {
            fixture::decode(context.get(), tokens.data() + at, std::min(128, n_tokens - at), at);
        }
        state = engine::state_read(context.get());
    }

    llama_context_ptr empty_context() const { return fixture::context(model.get(), options); }

    /// Logits after the token that follows `n_past` others.
    std::vector<float> next(llama_context * of, int32_t n_past) const {
        return fixture::decode(of, &tokens[static_cast<size_t>(n_past)], 1, n_past);
    }

    /// Every row of the state, put where compression would put the rows it keeps.
    engine::packed_state packed(const std::string & folder) const {
        engine::packed_state packed(layout, context.get(), n_prompt, n_prompt, folder);
        const size_t layer_head = sizeof(int32_t) + sizeof(uint64_t);
        size_t at = 8 + 2 * sizeof(uint32_t) + n_prompt * layout.full.cell_bytes() + 2 * sizeof(uint32_t);
        const auto take = [&](uint64_t row_bytes) {
            const auto from = state.begin() + static_cast<std::ptrdiff_t>(at + layer_head);
            const size_t size = n_prompt * static_cast<size_t>(row_bytes);
            at += layer_head + size;
            return bytes(from, from + static_cast<std::ptrdiff_t>(size));
        };
        std::vector<bytes> keys;
        for (const engine::cache_layer_layout & layer : layout.full.layers) {
            keys.push_back(take(layer.k_row_bytes));
        }
        for (size_t i = 0; i < keys.size(); ++i) {
            packed.put(i, keys[i], take(layout.full.layers[i].v_row_bytes));
        }
        return packed;
    }
};

size_t n_files_in(const fixture::scratch_folder & folder) {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()));
}

bool is_out_of_memory(const engine::error & error) {
    return error.code == "out_of_memory";
}

double largest_difference(const std::vector<float> & a, const std::vector<float> & b) {
    double largest = a.size() == b.size() ? 0.0 : INFINITY;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return largest;
}

} // namespace

TEST(a_packed_cache_is_the_same_through_a_file_as_through_memory) {
    const fixture::scratch_folder folder;
    for (const ggml_type type : kv_types) {
        const read_prompt prompt(type);
        const llama_context_ptr through_memory = prompt.empty_context();
        const llama_context_ptr through_file = prompt.empty_context();
        engine::packed_state in_memory = prompt.packed("");
        in_memory.write_into(through_memory.get());
        {
            engine::packed_state in_file = prompt.packed(folder.path.u8string());
            CHECK_EQUAL(n_files_in(folder), size_t{1});
            CHECK_EQUAL(in_file.bytes_in_memory(), size_t{0});
            CHECK_EQUAL(in_file.size(), in_memory.size());
            CHECK_EQUAL(in_memory.bytes_in_memory(), in_memory.size());
            in_file.write_into(through_file.get());
        }
        CHECK_EQUAL(n_files_in(folder), size_t{0});
        CHECK(engine::state_read(through_file.get()) == engine::state_read(through_memory.get()));
        const std::vector<float> expected = prompt.next(prompt.context.get(), n_prompt);
        CHECK(prompt.next(through_memory.get(), n_prompt) == prompt.next(through_file.get(), n_prompt));
        engine::packed_state again = prompt.packed("");
        const llama_context_ptr fresh = prompt.empty_context();
        again.write_into(fresh.get());
        CHECK_NEAR(largest_difference(prompt.next(fresh.get(), n_prompt), expected), 0.0, 1e-3);
    }
}

TEST(rows_of_another_size_are_refused) {
    const read_prompt prompt(GGML_TYPE_F16);
    engine::packed_state packed(prompt.layout, prompt.context.get(), 10, n_prompt, "");
    const bytes keys(10 * prompt.layout.full.layers[0].k_row_bytes);
    const bytes values(10 * prompt.layout.full.layers[0].v_row_bytes);
    packed.put(0, keys, values);
    const auto is_compute_failed = [](const engine::error & error) { return error.code == "compute_failed"; };
    CHECK_THROWS(packed.put(0, bytes(keys.size() + 1), values), engine::error, is_compute_failed);
    CHECK_THROWS(packed.put(0, keys, bytes(values.size() - 1)), engine::error, is_compute_failed);
}

TEST(a_file_that_cannot_be_made_is_out_of_memory) {
    const fixture::scratch_folder folder;
    const read_prompt prompt(GGML_TYPE_F16);
    CHECK_THROWS(prompt.packed((folder.path / "missing").u8string()), engine::error, is_out_of_memory);
    CHECK(!engine::packed_state::can_be_in((folder.path / "missing").u8string()));
    CHECK(engine::packed_state::can_be_in(folder.path.u8string()));
    CHECK_EQUAL(n_files_in(folder), size_t{0});
}

TEST(a_packed_cache_that_a_context_cannot_hold_is_out_of_memory) {
    const fixture::scratch_folder folder;
    const read_prompt prompt(GGML_TYPE_F16);
    const int32_t n_kept = 300;
    for (const std::string & place : {std::string(), folder.path.u8string()}) {
        engine::packed_state packed(prompt.layout, prompt.context.get(), n_kept, n_kept, place);
        const llama_context_ptr small = fixture::context(prompt.model.get(), {256, 128, true, GGML_TYPE_F16});
        CHECK_THROWS(packed.write_into(small.get()), engine::error, is_out_of_memory);
    }
}

TEST(the_first_cells_of_a_saved_cache_are_the_cache_of_reading_no_more) {
    for (const ggml_type type : kv_types) {
        const read_prompt prompt(type);
        for (const int32_t n : {1, 77, 128, n_prompt - 1}) {
            const auto cut = engine::state_cut(prompt.layout, prompt.state, n_prompt, static_cast<uint32_t>(n));
            CHECK(cut.has_value());
            const read_prompt shorter(type, n);
            CHECK_EQUAL(cut->size(), shorter.state.size());
            const llama_context_ptr context = prompt.empty_context();
            engine::state_write(context.get(), *cut);
            CHECK(engine::state_read(context.get()) == *cut);
            const std::vector<float> expected = shorter.next(shorter.context.get(), n);
            // A single token is read by kernels of its own, which round otherwise; Arm's by up to 0.09 in a logit.
            const double tolerance = n == 1 ? 0.5 : 0.05;
            CHECK_NEAR(largest_difference(prompt.next(context.get(), n), expected), 0.0, tolerance);
            if (n > 1) {
                const auto n_less = static_cast<uint32_t>(n - 1);
                const auto less = engine::state_cut(prompt.layout, prompt.state, n_prompt, n_less);
                const llama_context_ptr lacking = prompt.empty_context();
                engine::state_write(lacking.get(), *less);
                const llama_token * next = &prompt.tokens[static_cast<size_t>(n)];
                CHECK(largest_difference(fixture::decode(lacking.get(), next, 1, n - 1), expected) > 1.0);
            }
        }
        CHECK(engine::state_cut(prompt.layout, prompt.state, n_prompt, n_prompt) == prompt.state);
    }
}

TEST(saved_bytes_of_another_layout_are_refused) {
    const read_prompt prompt(GGML_TYPE_F16);
    const auto cut = [&](const engine::cache_layout & layout, const bytes & state, uint32_t n_saved, uint32_t n) {
        return engine::state_cut(layout, state, n_saved, n).has_value();
    };
    CHECK(cut(prompt.layout, prompt.state, n_prompt, 10));
    CHECK(!cut(prompt.layout, prompt.state, n_prompt - 1, 10));
    CHECK(!cut(prompt.layout, prompt.state, n_prompt, n_prompt + 1));
    CHECK(!cut(prompt.layout, {}, n_prompt, 10));
    CHECK(!cut(engine::cache_layout_probe(prompt.model.get(), GGML_TYPE_Q8_0, 2), prompt.state, n_prompt, 10));

    engine::cache_layout other = prompt.layout;
    other.magic ^= 1U;
    CHECK(!cut(other, prompt.state, n_prompt, 10));
    other = prompt.layout;
    other.full.layers.pop_back();
    CHECK(!cut(other, prompt.state, n_prompt, 10));
    other = prompt.layout;
    other.full.layers.back().v_row_bytes *= 2;
    CHECK(!cut(other, prompt.state, n_prompt, n_prompt));
    other = prompt.layout;
    other.full.has_cell_ext = true;
    CHECK(!cut(other, prompt.state, n_prompt, 10));
    other = prompt.layout;
    other.has_window = true;
    CHECK(!cut(other, prompt.state, n_prompt, n_prompt));

    bytes shorter = prompt.state;
    shorter.pop_back();
    CHECK(!cut(prompt.layout, shorter, n_prompt, 10));
    bytes longer = prompt.state;
    longer.push_back(0);
    CHECK(!cut(prompt.layout, longer, n_prompt, 10));
}

#if !defined(_WIN32)

TEST(a_full_disk_is_out_of_memory_and_leaves_no_file) {
    const fixture::scratch_folder folder;
    const read_prompt prompt(GGML_TYPE_F16);
    const size_t size = prompt.packed("").size();
    // No file may grow beyond a limit, which is heard of when it is written or when the last of it is.
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    getrlimit(RLIMIT_FSIZE, &old_limit);
    for (const size_t room : {size_t{100}, size / 2, size - 1}) {
        rlimit limit = old_limit;
        limit.rlim_cur = room;
        setrlimit(RLIMIT_FSIZE, &limit);
        std::string code;
        try {
            engine::packed_state packed = prompt.packed(folder.path.u8string());
            const llama_context_ptr context = prompt.empty_context();
            packed.write_into(context.get());
        } catch (const engine::error & error) {
            code = error.code +
                   (std::string(error.what()).find("full") == std::string::npos ? " but not of the disk" : "");
        }
        setrlimit(RLIMIT_FSIZE, &old_limit);
        CHECK_EQUAL(code, std::string("out_of_memory"));
        CHECK_EQUAL(n_files_in(folder), size_t{0});
    }
    std::signal(SIGXFSZ, old_handler);
}

TEST(what_waits_in_a_file_is_private_to_the_user) {
    const fixture::scratch_folder folder;
    const read_prompt prompt(GGML_TYPE_F16);
    const engine::packed_state packed = prompt.packed(folder.path.u8string());
    for (const auto & file : fs::directory_iterator(folder.path)) {
        CHECK(file.status().permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    }
    CHECK_EQUAL(n_files_in(folder), size_t{1});
}

#endif

RUN_TESTS()
