#include "engine/session/counting.h"

#include <algorithm>

namespace engine {

namespace {

/// Stands for a number; no text holds it.
constexpr char mark = '\x01';

/// Larger numbers are all alike: they count nothing.
constexpr int64_t largest = 1'000'000'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Letters of other scripts are bytes above 127.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) > 127;
}

std::string with_marks(const std::string & text) {
    std::string marked;
    for (const char c : text) {
        if (!is_digit(c)) {
            marked.push_back(c);
        } else if (marked.empty() || marked.back() != mark) {
            marked.push_back(mark);
        }
    }
    return marked;
}

} // namespace

counting_guard::counting_guard(const std::string & prompt) : prompt_(with_marks(prompt)) {}

void counting_guard::reset() {
    skeleton_.clear();
    numbers_.clear();
    in_number_ = false;
}

bool counting_guard::push(const std::string & piece) {
    for (const char c : piece) {
        if (!is_digit(c)) {
            skeleton_.push_back(c);
        } else if (in_number_) {
            numbers_.back() = std::min(largest, 10 * numbers_.back() + (c - '0'));
        } else {
            skeleton_.push_back(mark);
            numbers_.push_back(c - '0');
        }
        in_number_ = is_digit(c);
    }
    // A number whose end is not known yet is told as another one.
    if (in_number_) {
        return false;
    }
    const size_t n = skeleton_.size();
    for (size_t period = fewest_letters + 1; period <= std::min(longest_round, n / n_rounds); ++period) {
        const size_t span = period * n_rounds;
        size_t same = period;
        while (same < span && skeleton_[n - 1 - same] == skeleton_[n - 1 - same + period]) {
            ++same;
        }
        if (same >= span) {
            return counts_on(period) && !prompt_counts(period);
        }
    }
    return false;
}

/// Whether a round has words, and every number of it changes by the same from round to round.
bool counting_guard::counts_on(size_t period) const {
    const auto round = skeleton_.end() - static_cast<std::ptrdiff_t>(period);
    const size_t n_numbers = static_cast<size_t>(std::count(round, skeleton_.end(), mark));
    const size_t n_letters = static_cast<size_t>(std::count_if(round, skeleton_.end(), is_letter));
    if (n_numbers == 0 || n_letters < fewest_letters || numbers_.size() < n_numbers * n_rounds) {
        return false;
    }
    const size_t last = numbers_.size() - 1;
    for (size_t place = 0; place < n_numbers; ++place) {
        const int64_t step = numbers_[last - place] - numbers_[last - place - n_numbers];
        for (size_t back = 1; back + 1 < n_rounds; ++back) {
            const size_t at = last - place - back * n_numbers;
            if (numbers_[at] - numbers_[at - n_numbers] != step) {
                return false;
            }
        }
    }
    return true;
}

/// Whether the prompt has as many such rounds.
bool counting_guard::prompt_counts(size_t period) const {
    const std::string round = skeleton_.substr(skeleton_.size() - period);
    size_t n_in_answer = 0;
    for (size_t at = skeleton_.find(round); at != std::string::npos; at = skeleton_.find(round, at + period)) {
        ++n_in_answer;
    }
    size_t n_in_prompt = 0;
    for (size_t at = prompt_.find(round); at != std::string::npos; at = prompt_.find(round, at + period)) {
        ++n_in_prompt;
    }
    return n_in_prompt >= n_in_answer;
}

} // namespace engine
