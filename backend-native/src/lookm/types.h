#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace lookm {

enum class token_kind : uint8_t { text = 0, image = 1 };

/// Who stays: the rule that chooses the kept tokens of each KV head.
enum class method {
#define LOOKM_SELECT(id) id,
#include "strategies.def"
};

/// What becomes of the evicted tokens (eq 9-12).
enum class merge_rule {
#define LOOKM_MERGE(id) id,
#include "strategies.def"
};

/// Which rows a merge changes. Targets always come from the keys.
enum class merge_what { keys_values, values };

/// Whose attention the caller sums into the scores (eq 4).
enum class query_set {
#define LOOKM_SCORE(id) id,
#include "strategies.def"
};

/// How many tokens the caller's budget keeps for being the most recent.
enum class recent_rule {
    share,    ///< recent_share of the budget
    question, ///< the question's, at most that share; what is left over goes to the important ones
};

/// Whose scores decide what one KV head keeps.
enum class score_share {
    head,  ///< its own
    layer, ///< those of all heads of its layer
    model, ///< those of all heads of all layers
};

/// A parameter or an input that the method refuses, or a device that failed it.
/// `code` is stable: kv_ratio_invalid, recent_share_invalid, budget_too_small, invalid_argument; or, when a device
/// fails, out_of_memory, compute_failed.
struct error : std::runtime_error {
    error(std::string error_code, const std::string & message)
        : std::runtime_error(message), code(std::move(error_code)) {}
    std::string code;
};

struct compress_params {
    lookm::method method = method::look_m;
    double ratio = 0.2;        ///< share of the tokens that stays, (0, 1]; 1 leaves everything alone
    double recent_share = 0.5; ///< share of the budget spent on the most recent tokens, [0, 1]
    bool text_prior = true;    ///< eq 5; read by look_m and look_once
    merge_rule merge = merge_rule::pivot;
    lookm::merge_what merge_what = merge_what::keys_values;
    uint32_t seed = 0; ///< read by random only

    // For every method that reads scores; streaming reads n_sinks too.
    query_set queries = query_set::by_method;
    uint32_t n_window_queries = 32; ///< the last queries that a window holds
    recent_rule recent = recent_rule::share;
    score_share share = score_share::head;
    uint32_t pool_kernel = 0;      ///< width of the max pooling over scores, odd; 0: the method's own
    uint32_t text_pool_kernel = 0; ///< the same around text tokens, odd; 0: as around image tokens
    double diversity = 0.0;        ///< how much keys unlike the others count beside importance, [0, 1]
    bool value_norm = false;       ///< scores are weighted with |v|_1
    uint32_t n_sinks = 0;          ///< first tokens that stay before all others; 0: the method's own
};

/// Throws `error` unless every field is in range. NaN is out of every range.
void check_params(const compress_params & params);

// The names of the command line and the settings, both ways. parse_* gives nothing for an unknown name.

const char * to_string(token_kind kind); // text | image
const char * to_string(method method);
const char * to_string(merge_rule rule);
const char * to_string(merge_what what); // keys+values | values
const char * to_string(query_set set);
const char * to_string(recent_rule rule);  // share | question
const char * to_string(score_share share); // head | layer | model

std::optional<method> parse_method(std::string_view name);
std::optional<merge_rule> parse_merge_rule(std::string_view name);
std::optional<merge_what> parse_merge_what(std::string_view name);
std::optional<query_set> parse_query_set(std::string_view name);
std::optional<recent_rule> parse_recent_rule(std::string_view name);
std::optional<score_share> parse_score_share(std::string_view name);

} // namespace lookm
