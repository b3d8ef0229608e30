#include "engine/disk/disk-cache.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>
#include <utility>

#include "engine/llama/log.h"

namespace engine {

namespace {

namespace fs = std::filesystem;

constexpr char extension[] = ".lookonce";
constexpr char temporary_extension[] = ".lookonce-part"; // of a `packed_state`, which is no part of the cache
constexpr auto temporary_age_max = std::chrono::hours(24);
constexpr fs::perms private_file = fs::perms::owner_read | fs::perms::owner_write;
constexpr uint64_t magic = 0x32454843414b4f4cULL; // "LOKACHE2": the last digit is the version of all that is inside
constexpr uint64_t max_key_size = uint64_t{64} << 20U;
constexpr size_t piece_size = size_t{1} << 20U; // of a file that is read in pieces; whole words of a checksum

/// A file is laid out as llama.cpp lays out the state of a sequence, which is what most payloads are: what is ours
/// stands where it has the tokens of the sequence, and the first of the state's bytes, which such a file lacks, too.
struct header {
    uint32_t state_file[std::size(state_file_head)] = {};
    uint32_t unused = 0;
    uint64_t magic = 0;
    uint64_t key_size = 0;
    uint64_t payload_size = 0;
    uint64_t checksum = 0; // of key and payload
};

/// The key ends where a token does.
size_t padding_of(size_t key_size) {
    return (sizeof(llama_token) - key_size % sizeof(llama_token)) % sizeof(llama_token);
}

header header_of(size_t key_size, size_t payload_size, uint64_t checksum) {
    header head = {{}, 0, magic, key_size, payload_size, checksum};
    std::copy(std::begin(state_file_head), std::end(state_file_head), head.state_file);
    const size_t n_bytes = sizeof(head) - sizeof(head.state_file) + key_size + padding_of(key_size) + state_head_size;
    head.state_file[std::size(state_file_head) - 1] = static_cast<uint32_t>(n_bytes / sizeof(llama_token));
    return head;
}

/// FNV-1a over words of 8 bytes (Fowler, Noll, Vo), turned so that high bits reach low ones. Tells damage, not malice:
/// whoever can write into the folder can read the screenshots too.
uint64_t checksum_of(const void * data, size_t size, uint64_t hash = 0xcbf29ce484222325ULL) {
    const auto * bytes = static_cast<const uint8_t *>(data);
    for (; size >= sizeof(uint64_t); bytes += sizeof(uint64_t), size -= sizeof(uint64_t)) {
        uint64_t word = 0;
        std::memcpy(&word, bytes, sizeof(word));
        hash = (hash ^ word) * 0x100000001b3ULL;
        hash = hash << 29U | hash >> 35U;
    }
    for (; size > 0; ++bytes, --size) {
        hash = (hash ^ *bytes) * 0x100000001b3ULL;
    }
    return hash;
}

std::string hex(uint64_t value) {
    char digits[17];
    std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(value));
    return digits;
}

/// Reads what stands before the payload. False for a file that is not ours or was cut.
bool read_head(std::ifstream & file, header & head, std::string & key) {
    // Of the file that was opened: another process may have put a new one in its place.
    const auto size = static_cast<uint64_t>(file.seekg(0, std::ios::end).tellg());
    file.seekg(0);
    file.read(reinterpret_cast<char *>(&head), sizeof(head));
    if (!file || head.magic != magic || head.key_size > max_key_size) {
        return false;
    }
    const auto key_size = static_cast<size_t>(head.key_size);
    const size_t padding = padding_of(key_size);
    const header expected = header_of(key_size, head.payload_size, head.checksum);
    if (std::memcmp(&head, &expected, sizeof(head)) != 0 || key_size + padding > size - sizeof(head) ||
        head.payload_size != size - sizeof(head) - key_size - padding) {
        return false;
    }
    key.resize(key_size + padding);
    file.read(key.data(), static_cast<std::streamsize>(key.size()));
    const bool padded = key.find_first_not_of('\0', key_size) == std::string::npos;
    key.resize(key_size);
    return file && padded;
}

/// @return whether all pieces together are what was written
bool read_payload(std::ifstream & file,
                  const header & head,
                  const std::string & key,
                  const disk_cache::piece_reader & take) {
    std::vector<uint8_t> piece(static_cast<size_t>(std::min<uint64_t>(piece_size, head.payload_size)));
    uint64_t checksum = checksum_of(key.data(), key.size());
    for (uint64_t at = 0; at < head.payload_size && file; at += piece_size) {
        const auto size = static_cast<size_t>(std::min<uint64_t>(piece_size, head.payload_size - at));
        file.read(reinterpret_cast<char *>(piece.data()), static_cast<std::streamsize>(size));
        checksum = checksum_of(piece.data(), size, checksum);
        take(piece.data(), size, static_cast<size_t>(head.payload_size));
    }
    return file && checksum == head.checksum;
}

struct used_file {
    fs::file_time_type when;
    uintmax_t size = 0;
    fs::path path;
};

std::vector<used_file> files_in(const fs::path & folder) {
    std::vector<used_file> files;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        std::error_code gone; // another process may remove what is being looked at
        used_file file = {at->last_write_time(gone), at->file_size(gone), at->path()};
        if (!gone && file.path.extension() == extension) {
            files.push_back(std::move(file));
        } else if (!gone && file.path.extension() == temporary_extension &&
                   file.when < fs::file_time_type::clock::now() - temporary_age_max) {
            fs::remove(file.path, gone); // its process did not live to do so
        }
    }
    return files;
}

} // namespace

disk_cache::disk_cache(cache_options options) : options_(std::move(options)) {}

fs::path disk_cache::path_of(const std::string & kind, const std::string & key) const {
    return folder() / (kind + "-" + hex(checksum_of(key.data(), key.size())) + extension);
}

std::optional<std::vector<uint8_t>> disk_cache::read(const std::string & kind, const std::string & key) {
    return on() ? read(entry{path_of(kind, key), key}) : std::nullopt;
}

std::vector<disk_cache::entry> disk_cache::entries(const std::string & kind) const {
    std::vector<entry> found;
    if (!on()) {
        return found;
    }
    std::vector<used_file> files = files_in(folder());
    std::sort(files.begin(), files.end(), [](const auto & a, const auto & b) { return a.when > b.when; });
    for (const used_file & used : files) {
        if (used.path.filename().u8string().rfind(kind + "-", 0) != 0) {
            continue;
        }
        std::ifstream file(used.path, std::ios::binary);
        if (!file) {
            continue; // another process has removed it since
        }
        header head;
        std::string key;
        if (read_head(file, head, key)) {
            found.push_back({used.path, std::move(key)});
            continue;
        }
        file.close(); // some systems remove no open file
        log_say(log_level::warn, "cache: " + used.path.u8string() + " is damaged or of another version; removed");
        remove({used.path, ""});
    }
    return found;
}

bool disk_cache::read(const entry & entry, const piece_reader & take) {
    std::ifstream file(entry.path, std::ios::binary);
    if (!file) {
        return false; // not there, or not any more
    }
    header head;
    std::string key;
    const bool has_head = read_head(file, head, key);
    if (has_head && key != entry.key) {
        return false; // two keys with one name: the other one was written later
    }
    if (has_head && read_payload(file, head, key, take)) {
        mark_used(entry);
        return true;
    }
    file.close(); // some systems remove no open file
    log_say(log_level::warn, "cache: " + entry.path.u8string() + " is damaged; it is removed and made again");
    remove(entry);
    return false;
}

std::optional<std::vector<uint8_t>> disk_cache::read(const entry & entry) {
    std::vector<uint8_t> payload;
    const auto append = [&payload](const uint8_t * piece, size_t size, size_t size_of_all) {
        payload.reserve(size_of_all);
        payload.insert(payload.end(), piece, piece + size);
    };
    return read(entry, append) ? std::optional(std::move(payload)) : std::nullopt;
}

bool disk_cache::is_whole(const entry & entry) {
    return read(entry, [](const uint8_t *, size_t, size_t) {});
}

bool disk_cache::look_into(const entry & entry, const std::function<bool(const byte_source &, size_t)> & look) const {
    std::ifstream file(entry.path, std::ios::binary);
    header head;
    std::string key;
    if (!file || !read_head(file, head, key) || key != entry.key) {
        return false;
    }
    const std::streamoff first = file.tellg();
    std::streamoff next = first;
    const byte_source source = [&](size_t offset, void * to, size_t size) {
        const std::streamoff at = first + static_cast<std::streamoff>(offset);
        if (at != next) {
            file.seekg(at);
        }
        file.read(static_cast<char *>(to), static_cast<std::streamsize>(size));
        next = at + static_cast<std::streamoff>(size);
        return static_cast<bool>(file);
    };
    return look(source, static_cast<size_t>(head.payload_size));
}

size_t disk_cache::state_tokens(const entry & entry) {
    return header_of(entry.key.size(), 0, 0).state_file[std::size(state_file_head) - 1];
}

void disk_cache::mark_used(const entry & entry) const {
    std::error_code ignored; // in a folder that cannot be written the order of use is not known, and nothing is removed
    fs::last_write_time(entry.path, fs::file_time_type::clock::now(), ignored);
}

bool disk_cache::accepts(size_t size) const {
    if (on() && size > options_.max_bytes / 2) {
        log_say(log_level::info,
                "cache: " + std::to_string(size >> 20U) + " MiB are more than half of the " +
                    std::to_string(options_.max_bytes >> 20U) + " MiB that all files may take; not kept");
        return false;
    }
    return on();
}

bool disk_cache::write(const std::string & kind, const std::string & key, const void * payload, size_t size) {
    if (!accepts(size)) {
        return false;
    }
    const header head = header_of(key.size(), size, checksum_of(payload, size, checksum_of(key.data(), key.size())));
    const fs::path path = path_of(kind, key);
    // Ends like the others, so that what a crash leaves behind is removed in its turn.
    const fs::path partial = folder() / ("partial-" + hex(std::random_device{}()) + extension);
    std::error_code failure;
    {
        std::ofstream file(partial, std::ios::binary | std::ios::trunc);
        fs::permissions(partial, private_file, failure);
        file.write(reinterpret_cast<const char *>(&head), sizeof(head));
        const std::string padded = key + std::string(padding_of(key.size()), '\0');
        file.write(padded.data(), static_cast<std::streamsize>(padded.size()));
        file.write(static_cast<const char *>(payload), static_cast<std::streamsize>(size));
        file.close();
        if (!file && !failure) {
            failure = std::make_error_code(std::errc::io_error);
        }
    }
    if (!failure) {
        fs::rename(partial, path, failure);
    }
    if (failure) {
        std::error_code ignored;
        fs::remove(partial, ignored);
        log_say(log_level::warn,
                "cache: " + path.u8string() + " could not be written (" + failure.message() + "); not kept");
        return false;
    }
    make_room(path);
    return true;
}

void disk_cache::remove(const entry & entry) const {
    std::error_code ignored;
    fs::remove(entry.path, ignored);
}

void disk_cache::make_room(const fs::path & newest) const {
    std::vector<used_file> files = files_in(folder());
    std::sort(files.begin(), files.end(), [](const auto & a, const auto & b) { return a.when < b.when; });
    uintmax_t sum = 0;
    for (const used_file & file : files) {
        sum += file.size;
    }
    for (const used_file & file : files) {
        if (sum <= options_.max_bytes) {
            return;
        }
        if (file.path != newest) {
            remove({file.path, ""});
            sum -= file.size;
        }
    }
}

} // namespace engine
