#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace engine {

/// Notices an answer that says the same again and again with numbers that count on: "Step 1: wait. Step 2: wait. …".
/// Tables of numbers are let be, as their numbers do not all go up by the same; so is counting without words.
class counting_guard {
  public:
    /// @param prompt what the model was given as text: what it counts may be counted in the answer as often
    explicit counting_guard(const std::string & prompt);

    /// @param piece the next words of the answer
    /// @return true when its end are at least `n_rounds` rounds that differ in numbers alone, each of which changes by
    /// the same from round to round
    bool push(const std::string & piece);

    /// Begins anew, as if nothing had been written.
    void reset();

    static constexpr size_t n_rounds = 40;
    static constexpr size_t longest_round = 400; ///< bytes
    static constexpr size_t fewest_letters = 3;  ///< of a round

  private:
    bool counts_on(size_t period) const;
    bool prompt_counts(size_t period) const;

    std::string prompt_;   ///< with a mark in place of every number
    std::string skeleton_; ///< the answer, likewise
    std::vector<int64_t> numbers_;
    bool in_number_ = false;
};

} // namespace engine
