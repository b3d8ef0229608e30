#include "engine/sweep/sweep.h"

#include <algorithm>
#include <utility>

#include "engine/sweep/divergence.h"
#include "engine/error.h"
#include "engine/session/session-run.h"

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

/// One sweep: the session that has read the prompt, from which every setting takes its copy.
class sweeper {
  public:
    sweeper(model & model,
            const sweep_request & request,
            const sweep_observer & observer,
            const std::atomic<bool> & cancel)
        : model_(model), request_(request), observer_(observer), cancel_(cancel), reader_(model),
          reading_observer_(reading_observer(observer)), turn_(request.turn), reading_(turn_, reading_observer_) {
        turn_.compression.lookm.method = lookm::method::full;
    }

    sweep_result run() {
        sweep_result result;
        const auto n_settings = static_cast<int32_t>(request_.variants.size() + 1);
        try {
            read();
            result.reading = reading_.answer;
            result.full = answer_under(turn_.compression);
            full_logits_ = std::move(logits_);
            compare(*result.full, full_logits_);
            observer_.on_answers(1, n_settings);
            for (const compression_params & variant : request_.variants) {
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
        reader_.cancel_ = &cancel_;
        reader_.prepare(reading_);
        for (const compression_params & variant : request_.variants) {
            try {
                const query_choice queries = plan(variant).queries;
                auto & observed = reading_.observed;
                if (std::find(observed.begin(), observed.end(), queries) == observed.end()) {
                    observed.push_back(queries);
                }
            } catch (const lookm::error &) {
                continue; // the answers of this variant will say so
            }
        }
        reader_.open_context(reading_);
        reader_.read_prompt(reading_);
        reader_.hold(reading_);
    }

    compression_plan plan(const compression_params & params) const {
        const int64_t n = reading_.prompt.n_tokens;
        return plan_compression(model_, params, {n, reading_.n_question_tokens, n, n, true, false});
    }

    /// @throws cancelled
    sweep_answers answer_under(const compression_params & params) {
        sweep_answers answers;
        answers.params = params.lookm;
        logits_.clear();
        try {
            answer_turns(params, answers);
        } catch (const error & failure) {
            answers.error_code = failure.code;
            answers.error_message = failure.what();
        } catch (const lookm::error & failure) {
            answers.error_code = failure.code;
            answers.error_message = failure.what();
        }
        return answers;
    }

    void answer_turns(const compression_params & params, sweep_answers & answers) {
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
        turn.compression = params;
        const auto add = [&](const answer & answer) {
            if (answer.stop == stop_reason::cancelled) {
                throw cancelled();
            }
            answers.turns.push_back({answer.text, answer.n_tokens, answer.stop, std::nullopt});
            logits_.push_back(std::exchange(logits, {}));
        };

        if (plan(params).in_chunks) { // the whole cache that was read is what this setting never has
            answers.first = session.ask(turn, observer, cancel_);
        } else {
            session::run run(turn, observer);
            start(session, run);
            session.finish(run);
            answers.first = std::move(run.answer);
            answers.first.bytes_peak = 0; // as with the memory of the process: beside the full cache it tells nothing
        }
        add(answers.first);

        turn.continues = true;
        turn.images.clear();
        turn.documents.clear();
        turn.compression.n_prompt_tokens_min = INT64_MAX;
        decisive = 0;
        session.trace_.clear(); // follow-ups are asked of the cache that is left, and of nothing on disk
        for (const std::string & question : request_.follow_ups) {
            turn.question = question;
            add(session.ask(turn, observer, cancel_));
        }
    }

    /// Gives `session` what the reader holds, compressed as the turn of `run` says.
    void start(session & session, session::run & run) {
        session.cancel_ = &cancel_;
        session.n_past_ = reader_.n_past_;
        session.messages_ = reader_.messages_;
        session.rendered_ = reader_.rendered_;
        session.images_ = reader_.images_;
        session.trace_ = reader_.trace_;
        session.n_on_disk_ = reader_.n_on_disk_;
        run.plan = plan(run.turn.compression);
        run.answer = reading_.answer;
        run.answer.ratio_choice = run.plan.ratio_choice;
        run.answer.merge_what = run.plan.params.merge_what;
        run.answer.compression_note = run.plan.note;
        run.answer.resident_before = run.answer.resident_after = 0; // beside the full cache it tells nothing
        run.sampler = sampler_create(run.turn.sampling, model_.vocab());
        session.draw_first_token(run, reader_.context_.get());
        if (run.plan.compresses) {
            session.adopt(run, reader_.evict(run.plan, run.plan.queries, ignore_counts));
        } else {
            session.memory_ = reader_.memory_;
            session.context_ =
                session.create(session.memory_.n_cells() + run.turn.n_answer_tokens_max, reading_.n_ubatch, false);
            state_write(session.context_.get(), state_read(reader_.context_.get()));
        }
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
    session reader_;
    turn_observer reading_observer_;
    turn turn_;
    session::run reading_;
    std::vector<token_logits> logits_;      // of the setting that is answered under, by turn
    std::vector<token_logits> full_logits_; // of the full cache
};

sweep_result
sweep(model & model, const sweep_request & request, const sweep_observer & observer, const std::atomic<bool> & cancel) {
    return sweeper(model, request, observer, cancel).run();
}

} // namespace engine
