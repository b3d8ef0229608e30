#include "addon/marshal.h"

#include <algorithm>

#include "addon/settings-marshal.h"
#include "addon/values.h"

namespace addon {

namespace {

engine::image_input read_image(const Napi::Object & object, std::vector<uint8_t> & pixels) {
    engine::image_input image;
    image.name = read_string(object, "name");
    image.width = read_side(object.Get("width"), "width");
    image.height = read_side(object.Get("height"), "height");
    image.hash = read_string(object, "hash");
    if (!object.Get("text").IsUndefined()) {
        image.text = read_string(object, "text");
    }
    const auto read_count = [&object](const char * key) {
        return object.Get(key).IsUndefined() ? 0 : read_int(object, key, 1);
    };
    image.number = read_count("number");
    image.part = read_count("part");
    image.n_parts = read_count("parts");
    const Napi::Value value = object.Get("rgb");
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
        refuse("a Uint8Array", "rgb", described(value));
    }
    const auto array = value.As<Napi::Uint8Array>();
    const size_t expected = static_cast<size_t>(image.width) * image.height * 3;
    if (array.ElementLength() != expected) {
        refuse(std::to_string(expected) + " bytes", "rgb of " + image.name, std::to_string(array.ElementLength()));
    }
    pixels.assign(array.Data(), array.Data() + expected);
    image.rgb = pixels.data();
    return image;
}

std::vector<engine::image_input> read_images(const Napi::Object & object, owned_turn & owner) {
    const Napi::Array array = read_array(object, "images");
    std::vector<engine::image_input> images;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        images.push_back(read_image(array.Get(i).ToObject(), owner.pixels.emplace_back()));
    }
    return images;
}

std::vector<engine::document_input> read_documents(const Napi::Object & object) {
    const Napi::Array array = read_array(object, "documents");
    std::vector<engine::document_input> documents;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object document = array.Get(i).ToObject();
        documents.push_back({read_string(document, "name"), read_string(document, "text")});
    }
    return documents;
}

/// Left out: none.
Napi::Array read_array_or_none(const Napi::Object & object, const char * key) {
    return object.Get(key).IsUndefined() ? Napi::Array::New(object.Env()) : read_array(object, key);
}

std::vector<engine::tool_result> read_tool_results(const Napi::Object & object) {
    const Napi::Array array = read_array_or_none(object, "toolResults");
    std::vector<engine::tool_result> results;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object result = array.Get(i).ToObject();
        results.push_back({read_string(result, "id"), read_string(result, "name"), read_string(result, "content")});
    }
    return results;
}

std::vector<engine::tool_call> read_tool_calls(const Napi::Object & object) {
    const Napi::Array array = read_array_or_none(object, "toolCalls");
    std::vector<engine::tool_call> calls;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object call = array.Get(i).ToObject();
        calls.push_back({read_string(call, "id"), read_string(call, "name"), read_string(call, "arguments")});
    }
    return calls;
}

/// Left out: none are offered.
engine::tool_offer read_tools(const Napi::Object & object) {
    engine::tool_offer offer;
    if (object.Get("tools").IsUndefined()) {
        return offer;
    }
    const Napi::Object given = read_object(object, "tools");
    const Napi::Array array = read_array(given, "list");
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object tool = array.Get(i).ToObject();
        offer.tools.push_back(
            {read_string(tool, "name"), read_string(tool, "description"), read_string(tool, "parameters")});
    }
    offer.required = read_bool(given, "required");
    offer.parallel = read_bool(given, "parallel");
    return offer;
}

Napi::Array to_js(Napi::Env env, const std::vector<engine::tool_call> & calls) {
    Napi::Array array = Napi::Array::New(env);
    for (const engine::tool_call & call : calls) {
        Napi::Object object = Napi::Object::New(env);
        object.Set("id", call.id);
        object.Set("name", call.name);
        object.Set("arguments", call.arguments);
        array.Set(array.Length(), object);
    }
    return array;
}

const char * to_string(engine::rope_kind kind) {
    switch (kind) {
    case engine::rope_kind::none:
        return "none";
    case engine::rope_kind::plain:
        return "plain";
    case engine::rope_kind::mrope:
        return "mrope";
    }
    return "";
}

const char * to_string(engine::memory_kind kind) {
    switch (kind) {
    case engine::memory_kind::attention:
        return "attention";
    case engine::memory_kind::sliding_window:
        return "sliding-window";
    case engine::memory_kind::recurrent:
        return "recurrent";
    case engine::memory_kind::hybrid:
        return "hybrid";
    }
    return "";
}

const char * to_string(engine::ratio_choice choice) {
    switch (choice) {
    case engine::ratio_choice::asked:
        return "asked";
    case engine::ratio_choice::by_length:
        return "auto-by-length";
    case engine::ratio_choice::by_memory:
        return "auto-by-memory";
    case engine::ratio_choice::memory_unknown:
        return "auto-memory-unknown";
    }
    return "";
}

Napi::Object to_js(Napi::Env env, const engine::image_reading & reading) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", reading.name);
    object.Set("width", reading.width);
    object.Set("height", reading.height);
    object.Set("readWidth", reading.read_width);
    object.Set("readHeight", reading.read_height);
    object.Set("tokens", reading.n_tokens);
    object.Set("fromCache", reading.from_cache);
    return object;
}

} // namespace

owned_turn read_turn(const Napi::Object & object) {
    owned_turn owned;
    engine::turn & turn = owned.turn;
    turn.continues = read_bool(object, "continueConversation");
    turn.system = read_string_or(object, "system", "");
    turn.question = read_string(object, "question");

    const Napi::Array history = read_array(object, "history");
    for (uint32_t i = 0; i < history.Length(); ++i) {
        const Napi::Object past = history.Get(i).ToObject();
        turn.history.push_back({read_images(past, owned),
                                read_documents(past),
                                read_string(past, "question"),
                                read_string(past, "answer"),
                                read_tool_results(past),
                                read_tool_calls(past)});
    }
    turn.images = read_images(object, owned);
    turn.documents = read_documents(object);
    turn.tool_results = read_tool_results(object);
    turn.tools = read_tools(object);

    turn.compression = read_compression(read_object(object, "kv"));

    const Napi::Object sampling = read_object(object, "sampling");
    turn.n_answer_tokens_max = read_int(sampling, "maxTokens", 1);
    turn.sampling = read_sampling(sampling);
    turn.reasoning = read_bool(sampling, "reasoning");
    turn.n_reasoning_tokens_max = read_int(sampling, "maxReasoningTokens", 0);
    turn.ends_loops = read_bool(sampling, "endLoops");
    turn.stops = read_strings(sampling, "stop");
    if (std::find(turn.stops.begin(), turn.stops.end(), "") != turn.stops.end()) {
        refuse("words", "stop", "an empty string");
    }
    return owned;
}

Napi::Object to_js(Napi::Env env, const engine::model_info & info) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("description", info.description);
    object.Set("architecture", info.architecture);
    object.Set("chatTemplate", info.has_chat_template);
    object.Set("contextTrain", info.n_ctx_train);
    object.Set("layers", info.n_layer);
    object.Set("headsKv", info.n_head_kv);
    object.Set("embedding", info.n_embd);
    object.Set("parameters", static_cast<double>(info.n_params));
    object.Set("sizeBytes", static_cast<double>(info.size_bytes));
    object.Set("vision", info.has_vision);
    object.Set("reasoning", info.reasons);
    object.Set("tools", info.takes_tools);
    object.Set("rope", to_string(info.rope));
    object.Set("memory", to_string(info.memory));
    Napi::Array devices = Napi::Array::New(env);
    for (const std::string & device : info.devices) {
        devices.Set(devices.Length(), device);
    }
    object.Set("devices", devices);
    return object;
}

const char * to_string(engine::stop_reason stop) {
    switch (stop) {
    case engine::stop_reason::end:
        return "end";
    case engine::stop_reason::length:
        return "length";
    case engine::stop_reason::context:
        return "context";
    case engine::stop_reason::cancelled:
        return "cancelled";
    case engine::stop_reason::stop_string:
        return "stop-string";
    case engine::stop_reason::repetition:
        return "repetition";
    }
    return "";
}

Napi::Object kv_to_js(Napi::Env env, const engine::answer & answer, const lookm::compress_params & params) {
    Napi::Object kv = Napi::Object::New(env);
    kv.Set("cellsBefore", static_cast<double>(answer.n_cells_before));
    kv.Set("cellsAfter", static_cast<double>(answer.n_cells_after));
    kv.Set("bytesBefore", static_cast<double>(answer.bytes_before));
    kv.Set("bytesAfter", static_cast<double>(answer.bytes_after));
    kv.Set("cellsPeak", static_cast<double>(answer.n_cells_peak));
    kv.Set("bytesPeak", static_cast<double>(answer.bytes_peak));
    kv.Set("heldBytes", static_cast<double>(answer.bytes_held));
    kv.Set("residentBefore", static_cast<double>(answer.resident_before));
    kv.Set("residentAfter", static_cast<double>(answer.resident_after));
    kv.Set("ratio", answer.ratio);
    kv.Set("ratioChoice", to_string(answer.ratio_choice));
    kv.Set("method", answer.compressed ? lookm::to_string(params.method) : "full");
    kv.Set("merge", answer.compressed ? lookm::to_string(params.merge) : "none");
    kv.Set("mergeWhat", lookm::to_string(answer.merge_what));
    kv.Set("compressed", answer.compressed);
    kv.Set("reading", answer.reading == engine::reading_rule::chunks ? "chunks" : "whole");
    if (!answer.compression_note.words.empty()) {
        kv.Set("reason", answer.compression_note.reason);
    }
    kv.Set("note", answer.compression_note.words);
    return kv;
}

Napi::Object prompt_to_js(Napi::Env env, const engine::answer & answer) {
    Napi::Object prompt = Napi::Object::New(env);
    prompt.Set("tokens", answer.n_prompt_tokens);
    prompt.Set("textTokens", answer.n_prompt_tokens - answer.n_image_tokens);
    prompt.Set("imageTokens", answer.n_image_tokens);
    prompt.Set("restoredTokens", answer.n_restored_tokens);
    prompt.Set("images", answer.n_images);
    return prompt;
}

Napi::Array images_to_js(Napi::Env env, const engine::answer & answer) {
    Napi::Array images = Napi::Array::New(env);
    for (const engine::image_reading & reading : answer.images) {
        images.Set(images.Length(), to_js(env, reading));
    }
    return images;
}

Napi::Object to_js(Napi::Env env, const engine::answer & answer, const engine::turn & turn) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("answer", answer.text);
    object.Set("reasoning", answer.reasoning);
    object.Set("tokens", answer.n_tokens);
    object.Set("reasoningTokens", answer.n_reasoning_tokens);
    object.Set("reasoningCut", answer.reasoning_cut);
    if (!turn.tools.tools.empty()) {
        object.Set("toolCalls", to_js(env, answer.tool_calls));
        object.Set("toolCallBroken", answer.broken_tool_call);
    }
    object.Set("stop", to_string(answer.stop));
    object.Set("inConversation", answer.in_conversation);
    object.Set("contextTokens", static_cast<double>(answer.n_context));
    object.Set("prompt", prompt_to_js(env, answer));
    object.Set("kv", kv_to_js(env, answer, turn.compression.lookm));
    object.Set("images", images_to_js(env, answer));

    Napi::Object ms = Napi::Object::New(env);
    ms.Set("restore", answer.ms_restore);
    ms.Set("encode", answer.ms_encode);
    ms.Set("prefill", answer.ms_prefill);
    ms.Set("compress", answer.ms_compress);
    ms.Set("firstToken", answer.ms_first_token);
    ms.Set("decode", answer.ms_decode);
    ms.Set("compute", answer.ms_compute);
    object.Set("ms", ms);
    return object;
}

Napi::Object to_js(Napi::Env env, const engine::image_measure & measure) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("tokens", measure.n_tokens);
    object.Set("readWidth", measure.read_width);
    object.Set("readHeight", measure.read_height);
    return object;
}

Napi::Object to_js(Napi::Env env, const engine::ahead_report & report) {
    const auto end = [&] {
        switch (report.end) {
        case engine::ahead_end::read:
            return "read";
        case engine::ahead_end::known:
            return "known";
        case engine::ahead_end::cancelled:
            return "cancelled";
        case engine::ahead_end::nowhere:
            return "nowhere";
        case engine::ahead_end::too_little:
            return "tooLittle";
        }
        return "";
    }();
    Napi::Object object = Napi::Object::New(env);
    object.Set("end", end);
    object.Set("tokens", report.n_tokens);
    object.Set("knownTokens", report.n_known_tokens);
    object.Set("readTokens", report.n_read_tokens);
    return object;
}

} // namespace addon
