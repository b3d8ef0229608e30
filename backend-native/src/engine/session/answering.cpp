#include "engine/session/answering.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include "engine/llama/context.h"
#include "engine/llama/text-batch.h"
#include "engine/session/repetition.h"

#include <common.h>

namespace engine {

namespace {

/// All that the model was given as text.
std::string prompt_text(const conversation & conversation) {
    std::string text;
    for (const chat_message & message : conversation.messages) {
        text += message.content;
    }
    return text;
}

std::vector<std::string> stops_of(const turn & turn, const chat & templates, const tool_prompt & tools) {
    std::vector<std::string> stops = turn.stops;
    if (!turn.sampling.ignore_end) {
        stops.insert(stops.end(), templates.turn_ends().begin(), templates.turn_ends().end());
        stops.insert(stops.end(), tools.stops.begin(), tools.stops.end());
    }
    return stops;
}

const answer_format & format_of(const model & model, const turn & turn, const begun_answer & begun) {
    return begun.tool_format ? *begun.tool_format : model.templates().format(turn.reasoning);
}

bool ends_answer(const model & model, const turn & turn, llama_token token) {
    return token == LLAMA_TOKEN_NULL || llama_vocab_is_eog(model.vocab(), token) ||
           (!turn.sampling.ignore_end && model.templates().ends_turn(token));
}

/// Writes one answer into the cache, token by token.
class answer_writer {
  public:
    /// @param begun has to live as long as this
    answer_writer(decoder & decoder,
                  begun_answer & begun,
                  const turn & turn,
                  conversation & conversation,
                  llama_context_ptr & context,
                  const turn_observer & observer,
                  answer & report)
        : decoder_(decoder), turn_(turn), conversation_(conversation), context_(context), observer_(observer),
          report_(report), vocab_(decoder.model().vocab()), format_(format_of(decoder.model(), turn, begun)),
          text_(*begun.text), sampler_(begun.sampler), guard_(prompt_text(conversation), vocab_),
          n_past_before_(conversation.n_past), n_tail_before_(conversation.cells.tail.size()),
          n_trace_before_(conversation.trace.size()) {}

    /// @param begun that the writer was made for
    void write(const begun_answer & begun) {
        llama_token token = begun.next;
        bool shown = begun.shown;
        bool reasons = begun.reasons;
        report_.stop = stop_reason::length;
        while (report_.n_tokens < turn_.n_answer_tokens_max && !is_over(token)) {
            if (!shown) {
                reasons = text_.is_reasoning();
                text_.push(common_token_to_piece(vocab_, token, format_.spells(token)));
            }
            shown = false;
            if (text_.stopped()) {
                report_.stop = stop_reason::stop_string;
                break;
            }
            if (!decode(token)) {
                report_.stop = stop_reason::cancelled;
                break;
            }
            in_cache_ = text_.written();
            ++(reasons ? report_.n_reasoning_tokens : report_.n_tokens);
            if (goes_in_circles(token)) {
                report_.stop = stop_reason::repetition;
                break;
            }
            token = next();
        }
        text_.finish();
        report_.tool_calls = text_.tool_calls();
        report_.broken_tool_call = text_.has_broken_call();
    }

    /// Leaves in the conversation what its cache holds.
    void conclude() {
        const bool forgets = decoder_.model().info().memory == memory_kind::attention;
        if (!text_.leaves_out() || !forgets) {
            conversation_.messages.push_back({"assistant", text_.leaves_out() ? report_.text : in_cache_});
            return;
        }
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, n_past_before_, -1);
        conversation_.n_past = n_past_before_;
        conversation_.cells.tail.resize(n_tail_before_);
        conversation_.trace.resize(std::min(n_trace_before_, conversation_.trace.size()));
        conversation_.messages.push_back({"assistant", report_.text});
        conversation_.unread = (format_.opened_by_prompt() ? "\n" + format_.ends().front() + "\n\n" : "") +
                               neutralise_control_tokens(vocab_, report_.text);
    }

  private:
    bool is_over(llama_token token) {
        if (decoder_.cancel()) {
            report_.stop = stop_reason::cancelled;
        } else if (ends_answer(decoder_.model(), turn_, token)) {
            report_.stop = stop_reason::end;
        } else if (conversation_.n_past >= context_limit(decoder_.model())) {
            report_.stop = stop_reason::context;
        } else {
            return false;
        }
        return true;
    }

    /// @return false when it was cancelled; the conversation then goes on from the token before
    bool decode(llama_token token) {
        decoder_.grow(context_, conversation_.cells.n_cells() + 1);
        const text_batch batch(&token, 1, conversation_.n_past, true);
        if (!decoder_.decode_token(context_.get(), batch.get(), report_.ms_compute)) {
            // An aborted decode may have left half a token. What was shown stays shown.
            llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, conversation_.n_past, -1);
            return false;
        }
        ++conversation_.n_past;
        conversation_.cells.tail.push_back(lookm::token_kind::text);
        if (!conversation_.trace.empty()) {
            conversation_.trace.push_back(trace_of(token));
        }
        if (observer_.on_logits) {
            // This token is counted only once it is read.
            observer_.on_logits(report_.n_tokens + report_.n_reasoning_tokens + 1,
                                llama_get_logits_ith(context_.get(), -1));
        }
        return true;
    }

    /// Reasoning that goes in circles is ended as one that used up its tokens; an answer ends there.
    bool goes_in_circles(llama_token token) {
        if (!turn_.ends_loops || turn_.sampling.ignore_end || !guard_.push(token)) {
            return false;
        }
        if (!text_.is_reasoning() || !forced_.empty()) {
            return true;
        }
        end_reasoning();
        return false;
    }

    void end_reasoning() {
        for (const llama_token token : common_tokenize(vocab_, "\n" + format_.ends().front() + "\n\n", false, true)) {
            forced_.push_back(token);
        }
        report_.reasoning_cut = true;
        guard_.reset();
    }

    llama_token next() {
        if (turn_.n_reasoning_tokens_max > 0 && report_.n_reasoning_tokens >= turn_.n_reasoning_tokens_max &&
            forced_.empty() && text_.is_reasoning() && text_.is_between_characters()) {
            end_reasoning();
        }
        if (!forced_.empty()) {
            const llama_token token = forced_.front();
            forced_.pop_front();
            sampler_.follow(token);
            return token;
        }
        return sampler_.sample(context_.get(), !text_.is_reasoning());
    }

    decoder & decoder_;
    const turn & turn_;
    conversation & conversation_;
    llama_context_ptr & context_;
    const turn_observer & observer_;
    answer & report_;
    const llama_vocab * vocab_;
    const answer_format & format_;
    answer_text & text_;
    token_sampler & sampler_;
    repetition_guard guard_;
    std::deque<llama_token> forced_; ///< that come next, whatever the model says
    std::string in_cache_;           ///< the part of the answer whose tokens are in the cache
    llama_pos n_past_before_;
    size_t n_tail_before_;
    size_t n_trace_before_;
};

} // namespace

begun_answer begin_answer(const model & model,
                          const turn & turn,
                          const tool_prompt & tools,
                          const conversation & conversation,
                          llama_context * source,
                          const turn_observer & observer,
                          stopwatch::clock::time_point start,
                          answer & report) {
    if (observer.on_logits) {
        observer.on_logits(0, llama_get_logits_ith(source, -1));
    }
    begun_answer begun;
    begun.sampler = tools.format ? token_sampler(turn.sampling, model.vocab(), tools.grammar)
                                 : token_sampler(turn.sampling, model.vocab());
    begun.tool_format = tools.format;
    const answer_format & format = format_of(model, turn, begun);
    const bool may_open = turn.reasoning && format.is_marked() && begun.sampler.has_schema();
    begun.next = begun.sampler.sample(source, !format.opened_by_prompt() && !may_open);
    // A schema is for the answer; reasoning may stand before it.
    if (may_open && !format.opened_by_prompt() &&
        common_tokenize(model.vocab(), format.start(), false, true) != llama_tokens{begun.next}) {
        begun.next = begun.sampler.sample(source, true);
    }
    begun.text = std::make_unique<answer_text>(
        format,
        stops_of(turn, model.templates(), tools),
        [&report, &observer](const std::string & text) {
            report.text += text;
            observer.on_text(text);
        },
        [&report, &observer](const std::string & text) {
            report.reasoning += text;
            if (observer.on_reasoning) {
                observer.on_reasoning(text);
            }
        });
    report.ms_first_token = stopwatch::ms_since(start);
    if (turn.n_answer_tokens_max > 0 && conversation.n_past < context_limit(model) &&
        !ends_answer(model, turn, begun.next)) {
        begun.shown = true;
        begun.reasons = begun.text->is_reasoning();
        begun.text->push(common_token_to_piece(model.vocab(), begun.next, format.spells(begun.next)));
    }
    return begun;
}

void write_answer(decoder & decoder,
                  begun_answer begun,
                  const turn & turn,
                  conversation & conversation,
                  llama_context_ptr & context,
                  const turn_observer & observer,
                  answer & answer) {
    conversation.unread.clear();
    answer_writer writer(decoder, begun, turn, conversation, context, observer, answer);
    {
        const stopwatch watch(answer.ms_decode);
        writer.write(begun);
    }
    writer.conclude();
    answer.in_conversation = true;
    answer.n_context = std::max<int64_t>(conversation.n_past, conversation.cells.n_cells()) +
                       (conversation.unread.empty() ? 0 : answer.n_tokens);
}

} // namespace engine
