// llama.cpp's sequence state bytes in both layouts that are known: the one of the llama.cpp that this is built with,
// and version 4, which no build of ours writes yet, made from it by hand.

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/formats/sequence-state.h"
#include "engine/kv/cache-layout.h"

namespace {

using bytes = std::vector<uint8_t>;

constexpr int32_t n_prompt = 90;
constexpr uint32_t n_rot_k = 64;
constexpr uint32_t n_rot_v = 32;

/// A short prompt that was read, its state bytes and their layout.
struct read_prompt {
    llama_model_ptr model = fixture::text_model();
    engine::cache_layout layout = engine::cache_layout_probe(model.get(), GGML_TYPE_F16, 1);
    bytes state;

    read_prompt() {
        const std::vector<llama_token> tokens = fixture::random_tokens(n_prompt, 5);
        const llama_context_ptr context = fixture::context(model.get(), {});
        fixture::decode(context.get(), tokens.data(), n_prompt, 0);
        state = engine::state_read(context.get());
    }

    /// The layout as a llama.cpp of version 4 would have it found.
    engine::cache_layout layout_4() const {
        engine::cache_layout changed = layout;
        changed.version = 4;
        changed.full.n_rot_k = n_rot_k;
        changed.full.n_rot_v = n_rot_v;
        return changed;
    }
};

/// Version 3 bytes of so many cells as version 4 has them: the two rotations follow the number of layers.
bytes as_version_4(const engine::cache_layout & layout, const bytes & state, size_t n_cells) {
    const size_t at =
        engine::state_head_size + 2 * sizeof(uint32_t) + n_cells * layout.full.cell_bytes() + 2 * sizeof(uint32_t);
    bytes changed = state;
    bytes rotations(2 * sizeof(uint32_t));
    std::memcpy(rotations.data(), &n_rot_k, sizeof(n_rot_k));
    std::memcpy(rotations.data() + sizeof(n_rot_k), &n_rot_v, sizeof(n_rot_v));
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), rotations.begin(), rotations.end());
    return changed;
}

bool parses(const bytes & state, uint32_t version, engine::cache_state_view & view) {
    std::string why;
    return engine::cache_state_parse(state.data(), state.size(), view, why, version);
}

} // namespace

TEST(version_4_is_read_where_it_is_expected_and_version_3_where_that_is) {
    const read_prompt prompt;
    const bytes four = as_version_4(prompt.layout, prompt.state, n_prompt);
    engine::cache_state_view view;
    CHECK(parses(prompt.state, 3, view));
    CHECK(!parses(prompt.state, 4, view));
    CHECK(!parses(four, 3, view));
    CHECK(parses(four, 4, view));
    CHECK_EQUAL(view.sections.size(), size_t{1});
    CHECK_EQUAL(view.sections[0].n_cells, static_cast<uint32_t>(n_prompt));
    CHECK_EQUAL(view.sections[0].n_rot_k, n_rot_k);
    CHECK_EQUAL(view.sections[0].n_rot_v, n_rot_v);
    CHECK(view.sections[0].same_rows(prompt.layout_4().full));
    CHECK(!view.sections[0].same_rows(prompt.layout.full)); // other rotations are other rows
}

TEST(a_version_that_is_not_known_is_refused_by_its_number) {
    const read_prompt prompt;
    engine::cache_state_view view;
    for (const uint32_t version : {2U, 5U}) {
        std::string why;
        CHECK(!engine::cache_state_parse(prompt.state.data(), prompt.state.size(), view, why, version));
        CHECK(why.find("version " + std::to_string(version)) != std::string::npos);
    }
}

TEST(what_is_written_before_the_rows_is_what_llama_cpp_wrote_in_both_versions) {
    const read_prompt prompt;
    const bytes three = engine::state_head(prompt.layout, n_prompt, n_prompt);
    CHECK(std::equal(three.begin(), three.end(), prompt.state.begin()));
    const bytes four = engine::state_head(prompt.layout_4(), n_prompt, n_prompt);
    CHECK_EQUAL(four.size(), three.size() + 2 * sizeof(uint32_t));
    const bytes expected = as_version_4(prompt.layout, prompt.state, n_prompt);
    CHECK(std::equal(four.begin(), four.end(), expected.begin()));
}

TEST(the_beginning_of_saved_bytes_is_cut_alike_in_both_versions) {
    const read_prompt prompt;
    constexpr uint32_t n_cut = 40;
    const auto three = engine::state_cut(prompt.layout, prompt.state, n_prompt, n_cut);
    const auto four =
        engine::state_cut(prompt.layout_4(), as_version_4(prompt.layout, prompt.state, n_prompt), n_prompt, n_cut);
    CHECK(three.has_value() && four.has_value());
    CHECK(*four == as_version_4(prompt.layout, *three, n_cut));
    CHECK(!engine::state_cut(prompt.layout_4(), prompt.state, n_prompt, n_cut).has_value());
}

RUN_TESTS()
