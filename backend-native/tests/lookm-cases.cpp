// Example cases with known results, in test/cases: case.json and raw little-endian files, as the conformance command
// reads them.
#include "check.h"
#include "lookm/compress.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace lookm;
namespace fs = std::filesystem;

namespace {

template <typename T>
std::vector<T> read_raw(const fs::path & path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<T> result(file ? size_t(file.tellg()) / sizeof(T) : 0);
    file.seekg(0);
    file.read(reinterpret_cast<char *>(result.data()), std::streamsize(result.size() * sizeof(T)));
    return result;
}

/// The value of one key, as text without quotes. case.json is one flat object of our own; a parser would be another
/// dependency.
std::string field(const std::string & json, const std::string & key) {
    const size_t at = json.find('"' + key + '"');
    if (at == std::string::npos) {
        throw std::runtime_error("case.json has no " + key);
    }
    const size_t begin = json.find_first_not_of(": \"", at + key.size() + 2);
    return json.substr(begin, json.find_first_of(",}\"", begin) - begin);
}

void check_case(const fs::path & dir, bool standard_ops_only) {
    std::ifstream file(dir / "case.json");
    const std::string json((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());

    const int64_t n_tokens = std::atoll(field(json, "n_tokens").c_str());
    const int64_t n_head_kv = std::atoll(field(json, "n_head_kv").c_str());
    const int64_t d_head = std::atoll(field(json, "d_head").c_str());
    compress_params params;
    params.ratio = std::atof(field(json, "ratio").c_str());
    params.recent_share = std::atof(field(json, "recent_share").c_str());
    params.text_prior = field(json, "text_prior") == "true";
    params.merge = parse_merge_rule(field(json, "merge")).value();
    params.merge_what = parse_merge_what(field(json, "merge_what")).value();
    std::vector<token_kind> kinds;
    for (char c : field(json, "kinds")) {
        kinds.push_back(c == 't' ? token_kind::text : token_kind::image);
    }

    const std::vector<float> keys = read_raw<float>(dir / "keys.f32");
    const std::vector<float> values = read_raw<float>(dir / "values.f32");
    const std::vector<float> scores = read_raw<float>(dir / "scores.f32");
    CHECK_EQUAL(int64_t(kinds.size()), n_tokens);
    CHECK_EQUAL(int64_t(keys.size()), n_tokens * n_head_kv * d_head);
    CHECK_EQUAL(int64_t(scores.size()), n_tokens * n_head_kv);

    compute_pool pool(2, standard_ops_only);
    const compressed_host result = compress_host(
        pool, params, n_tokens, n_head_kv, d_head, kinds.data(), keys.data(), values.data(), scores.data());

    CHECK_EQUAL(result.plan.kept, read_raw<int32_t>(dir / "kept.expected.i32"));
    const std::vector<float> expected_keys = read_raw<float>(dir / "keys.expected.f32");
    const std::vector<float> expected_values = read_raw<float>(dir / "values.expected.f32");
    CHECK_EQUAL(result.layer.keys.size(), expected_keys.size());
    CHECK_EQUAL(result.layer.values.size(), expected_values.size());
    for (size_t i = 0; i < std::min(expected_keys.size(), result.layer.keys.size()); ++i) {
        CHECK_NEAR(result.layer.keys[i], expected_keys[i], 1e-6);
        CHECK_NEAR(result.layer.values[i], expected_values[i], 1e-6);
    }
}

void check_all_cases(bool standard_ops_only) {
    int n_cases = 0;
    for (const fs::directory_entry & entry : fs::directory_iterator(LOOK_ONCE_TEST_CASES)) {
        if (fs::exists(entry.path() / "case.json")) {
            check_case(entry.path(), standard_ops_only);
            ++n_cases;
        }
    }
    CHECK(n_cases >= 2);
}

} // namespace

TEST(reproduces_every_example_case) {
    check_all_cases(false);
}

TEST(reproduces_every_example_case_with_standard_operations) {
    check_all_cases(true);
}

RUN_TESTS()
