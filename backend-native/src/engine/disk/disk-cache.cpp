#include "engine/disk/disk-cache.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
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
constexpr uint64_t magic = 0x31454843414b4f4cULL; // "LOKACHE1": the last digit is the version of all that is inside
constexpr uint64_t max_key_size = uint64_t{64} << 20U;

struct header {
    uint64_t magic = 0;
    uint64_t key_size = 0;
    uint64_t payload_size = 0;
    uint64_t checksum = 0; // of key and payload
};

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
    if (!file || head.magic != magic || head.key_size > max_key_size || head.key_size > size - sizeof(head) ||
        head.payload_size != size - sizeof(head) - head.key_size) {
        return false;
    }
    key.resize(static_cast<size_t>(head.key_size));
    file.read(key.data(), static_cast<std::streamsize>(key.size()));
    return static_cast<bool>(file);
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
    for (const used_file & used : files_in(folder())) {
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

std::optional<std::vector<uint8_t>> disk_cache::read(const entry & entry) {
    std::ifstream file(entry.path, std::ios::binary);
    if (!file) {
        return std::nullopt; // not there, or not any more
    }
    header head;
    std::string key;
    std::vector<uint8_t> payload;
    bool whole = read_head(file, head, key);
    if (whole && key != entry.key) {
        return std::nullopt; // two keys with one name: the other one was written later
    }
    if (whole) {
        payload.resize(static_cast<size_t>(head.payload_size));
        file.read(reinterpret_cast<char *>(payload.data()), static_cast<std::streamsize>(payload.size()));
        whole =
            file && checksum_of(payload.data(), payload.size(), checksum_of(key.data(), key.size())) == head.checksum;
    }
    if (!whole) {
        file.close(); // some systems remove no open file
        log_say(log_level::warn, "cache: " + entry.path.u8string() + " is damaged; it is removed and made again");
        remove(entry);
        return std::nullopt;
    }
    mark_used(entry);
    return payload;
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
    const header head = {magic, key.size(), size, checksum_of(payload, size, checksum_of(key.data(), key.size()))};
    const fs::path path = path_of(kind, key);
    // Ends like the others, so that what a crash leaves behind is removed in its turn.
    const fs::path partial = folder() / ("partial-" + hex(std::random_device{}()) + extension);
    std::error_code failure;
    {
        std::ofstream file(partial, std::ios::binary | std::ios::trunc);
        fs::permissions(partial, private_file, failure);
        file.write(reinterpret_cast<const char *>(&head), sizeof(head));
        file.write(key.data(), static_cast<std::streamsize>(key.size()));
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
