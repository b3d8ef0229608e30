#include "engine/sweep/sweep.h"

#include <algorithm>
#include <utility>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/session/answering.h"
#include "engine/session/eviction.h"
#include "engine/session/reader.h"
#include "engine/session/reading-plan.h"
#include "engine/session/session.h"
#include "engine/sweep/divergence.h"

namespace engine {

namespace {

const auto ignore_counts = [](int32_t, int32_t) {};

using token_logits = std::vector<float>; // [n_vocab], empty where an answer has no such token

turn_observer reading_observer(const sweep_observer & observer) {
    return {observer.on_image, observer.on_prefill, ignore_counts, [](const std::string &) {}, {}};
}

/// What is heard of a turn whose answer is wanted, but for its logits.
turn_observer silent_observer() {
    return {[](size_t, const image_reading &) {}, ignore_counts, ignore_counts, [](const std::string &) {}, {}};
}

} // namespace

/// One sweep: the prompt that was read once, from which every setting takes its copy.
class sweeper {
  public:
    sweeper(model & model,
            const sweep_request & request,
            const sweep_observer & observer,
            const std::atomic<bool> & cancel)
        : model_(model), request_(request), observer_(observer), cancel_(cancel), decoder_(model), turn_(request.turn) {
        turn_.compression.lookm.method = lookm::method::full;
        decoder_.set_cancel(cancel);
    }

    sweep_result run() {
        sweep_result result;
        const auto n_settings = static_cast<int32_t>(request_.variants.size() + 1);
        try {
            read();
            result.reading = read_;
            result.full = answer_under(turn_.compression);
            full_logits_ = std::move(logits_);
            compare(*result.full, full_logits_);
            observer_.on_answers(1, n_settings);
            for (const kv_settings & variant : request_.variants) {
                result.variants.push_back(answer_under(variant));
                compare(result.variants.back(), logits_);
                observer_.on_answers(static_cast<int32_t>(result.variants.size() + 1), n_settings);
            }
        } catch (const cancelled &) {
            result.cancelled = true;
        }
        return result;
    }

  private:
    /// Reads the prompt with everything observed that a variant needs to know.
    void read() {
        const turn_observer observer = reading_observer(observer_);
        plan_ = plan_reading(model_, conversation_, turn_, {}, read_);
        for (const kv_settings & variant : request_.variants) {
            try {
                const query_choice queries = plan(variant).queries;
                if (std::find(plan_.observed.begin(), plan_.observed.end(), queries) == plan_.observed.end()) {
                    plan_.observed.push_back(queries);
                }
            } catch (const lookm::error &) {
                continue; // the answers of this variant will say so
            }
        }
        context_ = create_for(decoder_, plan_, conversation_, turn_.n_answer_tokens_max);
        reader reader(decoder_, plan_, conversation_, context_, observer, read_, 0);
        reader.read();
        reader.save_attached();
        add_turn(conversation_, plan_, 0);
    }

    compression_plan plan(const kv_settings & settings) const {
        const int64_t n = plan_.prompt.n_tokens;
        return plan_compression(model_, settings, {n, plan_.n_question_tokens, n, n, true, false});
    }

    /// @throws cancelled
    sweep_answers answer_under(const kv_settings & settings) {
        sweep_answers answers;
        answers.params = settings.lookm;
        logits_.clear();
        try {
            answer_turns(settings, answers);
        } catch (const error & failure) {
            answers.error_code = failure.code;
            answers.error_message = failure.what();
        } catch (const lookm::error & failure) {
            answers.error_code = failure.code;
            answers.error_message = failure.what();
        }
        return answers;
    }

    void answer_turns(const kv_settings & settings, sweep_answers & answers) {
        session session(model_);
        token_logits logits;
        turn_observer observer = silent_observer();
        int32_t decisive = 1; // the token of the answer at which the caches are compared
        observer.on_logits = [&](int32_t index, const float * values) {
            if (index == decisive) {
                logits.assign(values, values + llama_vocab_n_tokens(model_.vocab()));
            }
        };
        turn turn = turn_;
        turn.compression = settings;
        const auto add = [&](const answer & answer) {
            if (answer.stop == stop_reason::cancelled) {
                throw cancelled();
            }
            answers.turns.push_back({answer.text, answer.n_tokens, answer.stop, std::nullopt});
            logits_.push_back(std::exchange(logits, {}));
        };

        const compression_plan compression = plan(settings);
        // The whole cache that was read is what a setting that reads in chunks never has.
        answers.first = compression.in_chunks ? session.ask(turn, observer, cancel_)
                                              : answer_from_copy(session, turn, compression, observer);
        add(answers.first);

        turn.continues = true;
        turn.images.clear();
        turn.documents.clear();
        turn.compression.n_prompt_tokens_min = INT64_MAX;
        decisive = 0;
        session.keep_to_the_cache();
        for (const std::string & question : request_.follow_ups) {
            turn.question = question;
            add(session.ask(turn, observer, cancel_));
        }
    }

    /// Answers a turn from a copy of what was read, compressed as the plan says; `session` goes on from there.
    answer answer_from_copy(session & session,
                            const turn & turn,
                            const compression_plan & compression,
                            const turn_observer & observer) {
        const stopwatch::clock::time_point start = stopwatch::clock::now();
        answer answer = read_;
        answer.ratio_choice = compression.ratio_choice;
        answer.merge_what = compression.params.merge_what;
        answer.compression_note = compression.note;
        begun_answer begun = begin_answer(model_, turn, {}, conversation_, context_.get(), observer, start, answer);
        conversation copy = conversation_;
        session.decoder().set_cancel(cancel_);
        llama_context_ptr context;
        if (compression.compresses) {
            compression_result kept =
                evict(decoder_, conversation_, context_.get(), compression, compression.queries, ignore_counts);
            context = adopt(session.decoder(), std::move(kept), compression, turn.n_answer_tokens_max, copy, 0, answer);
        } else {
            const int64_t n_cells = copy.cells.n_cells() + turn.n_answer_tokens_max;
            context = session.decoder().create(n_cells, plan_.n_ubatch, false);
            state_write(context.get(), state_read(context_.get()));
        }
        write_answer(session.decoder(), std::move(begun), turn, copy, context, observer, answer);
        session.resume(std::move(copy), std::move(context));
        // Beside the full cache these tell nothing.
        answer.bytes_peak = answer.resident_before = answer.resident_after = 0;
        return answer;
    }

    /// @param logits of the turns of `answers`
    void compare(sweep_answers & answers, const std::vector<token_logits> & logits) const {
        for (size_t i = 0; i < std::min(answers.turns.size(), full_logits_.size()); ++i) {
            if (!full_logits_[i].empty() && !logits[i].empty()) {
                answers.turns[i].divergence = divergence(full_logits_[i], logits[i]);
            }
        }
    }

    model & model_;
    const sweep_request & request_;
    const sweep_observer & observer_;
    const std::atomic<bool> & cancel_;
    decoder decoder_;
    turn turn_; // with the full cache
    reading_plan plan_;
    conversation conversation_;             // once the prompt was read
    llama_context_ptr context_;             // that holds it
    answer read_;                           // what is known of the prompt
    std::vector<token_logits> logits_;      // of the setting that is answered under, by turn
    std::vector<token_logits> full_logits_; // of the full cache
};

sweep_result
sweep(model & model, const sweep_request & request, const sweep_observer & observer, const std::atomic<bool> & cancel) {
    return sweeper(model, request, observer, cancel).run();
}

} // namespace engine
