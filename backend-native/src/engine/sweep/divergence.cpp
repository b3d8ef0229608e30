#include "engine/sweep/divergence.h"

#include <algorithm>
#include <cmath>

#include "engine/error.h"

namespace engine {

namespace {

/// ln sum exp(logits): what has to be taken off a logit to make it the logarithm of a probability.
double log_sum_exp(const std::vector<float> & logits) {
    const double highest = *std::max_element(logits.begin(), logits.end());
    double sum = 0.0;
    for (const float logit : logits) {
        sum += std::exp(static_cast<double>(logit) - highest);
    }
    return highest + std::log(sum);
}

} // namespace

double divergence(const std::vector<float> & reference, const std::vector<float> & logits) {
    if (reference.empty() || reference.size() != logits.size()) {
        throw error("internal",
                    "Expected two distributions over one vocabulary but received " + std::to_string(reference.size()) +
                        " and " + std::to_string(logits.size()) + " logits");
    }
    const double log_sum_reference = log_sum_exp(reference);
    const double log_sum = log_sum_exp(logits);
    double result = 0.0;
    for (size_t i = 0; i < logits.size(); ++i) {
        const double log_p = static_cast<double>(reference[i]) - log_sum_reference;
        const double p = std::exp(log_p);
        if (p > 0.0) { // a token that cannot follow adds nothing
            result += p * (log_p - (static_cast<double>(logits[i]) - log_sum));
        }
    }
    return std::max(0.0, result); // rounding of equal distributions
}

} // namespace engine
