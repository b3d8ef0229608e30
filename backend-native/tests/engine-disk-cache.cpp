// Files that are worth keeping: found again as they were, or not at all.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#if !defined(_WIN32)
#include <unistd.h>
#endif

#include "check.h"
#include "engine-fixture.h"
#include "engine/disk/disk-cache.h"

namespace {

namespace fs = std::filesystem;

using bytes = std::vector<uint8_t>;

constexpr uintmax_t head_size = 48;

engine::disk_cache cache_in(const fixture::scratch_folder & folder, uint64_t max_bytes = 1U << 20U) {
    return engine::disk_cache({folder.path.u8string(), max_bytes, "model", "projector"});
}

void write(engine::disk_cache & cache, const std::string & key, const bytes & payload) {
    CHECK(cache.write("thing", key, payload.data(), payload.size()));
}

std::vector<fs::path> files_in(const fixture::scratch_folder & folder) {
    std::vector<fs::path> files;
    for (const auto & file : fs::directory_iterator(folder.path)) {
        files.push_back(file.path());
    }
    return files;
}

/// Makes a file look as if it was last used so long ago.
void age(const fs::path & file, std::chrono::hours hours) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - hours);
}

void flip_byte(const fs::path & path, std::streamoff at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1));
}

void replace(const fs::path & path, const std::string & text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

} // namespace

TEST(what_was_written_is_read_by_its_key_and_kind_alone) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    const std::string key("a key\0of any bytes\xff", 19);
    write(cache, key, {1, 2, 3});
    write(cache, "empty", {});
    CHECK(cache.read("thing", key) == bytes({1, 2, 3}));
    CHECK(cache.read("thing", "empty") == bytes());
    CHECK(!cache.read("other", key));
    CHECK(!cache.read("thing", "a key"));
    std::set<std::string> keys;
    for (const engine::disk_cache::entry & entry : cache.entries("thing")) {
        keys.insert(entry.key);
    }
    CHECK(keys == std::set<std::string>({key, "empty"}));
    CHECK(cache.entries("thin").empty());

    write(cache, key, {4});
    CHECK(cache_in(folder).read("thing", key) == bytes({4}));
    CHECK_EQUAL(files_in(folder).size(), size_t{2});
}

TEST(a_file_that_holds_another_key_is_left_alone) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "one", {1});
    const fs::path one = files_in(folder).at(0);
    write(cache, "two", {2});
    const fs::path two = files_in(folder).at(0) == one ? files_in(folder).at(1) : files_in(folder).at(0);
    fs::copy_file(one, two, fs::copy_options::overwrite_existing); // as if both keys had this name
    CHECK(!cache.read("thing", "two"));
    CHECK(fs::exists(two));
    CHECK(cache.read("thing", "one") == bytes({1}));
}

TEST(every_byte_of_a_file_is_checked) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", {1, 2, 3, 4, 5, 6, 7, 8, 9});
    const auto size = static_cast<std::streamoff>(fs::file_size(files_in(folder).at(0)));
    for (std::streamoff at = 0; at < size; ++at) {
        write(cache, "key", {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const fs::path file = files_in(folder).at(0);
        flip_byte(file, at);
        if (cache.read("thing", "key")) {
            check::fail(__FILE__, __LINE__, "byte " + std::to_string(at) + " was flipped and the file was read");
        }
        // It is then a good file's key no more: another's, or damage.
        const bool is_of_key = at >= std::streamoff{head_size} && at < std::streamoff{head_size + 3};
        CHECK(is_of_key || !fs::exists(file));
        fs::remove(file);
    }
}

TEST(a_file_that_was_cut_or_is_not_ours_is_ignored_and_removed) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", bytes(100, 7));
    const fs::path file = files_in(folder).at(0);
    const uintmax_t size = fs::file_size(file);
    for (const uintmax_t cut :
         {uintmax_t{0}, uintmax_t{1}, head_size - 1, uintmax_t{head_size}, head_size + 2, head_size + 3, size - 1}) {
        for (const bool listed : {false, true}) {
            write(cache, "key", bytes(100, 7));
            fs::resize_file(file, cut);
            CHECK(listed ? cache.entries("thing").empty() : !cache.read("thing", "key"));
            CHECK(!fs::exists(file));
        }
    }
    for (const std::string & foreign : {std::string("hello"), std::string(500, '\xff'), std::string(500, '\0')}) {
        replace(file, foreign);
        CHECK(cache.entries("thing").empty());
        CHECK(!fs::exists(file));
    }
    // Bytes after the end are damage too.
    write(cache, "key", bytes(100, 7));
    std::ofstream(file, std::ios::binary | std::ios::app) << "x";
    CHECK(!cache.read("thing", "key"));
}

TEST(lengths_that_overflow_are_not_believed) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", {1, 2, 3});
    const fs::path file = files_in(folder).at(0);
    // The key's length, 8 bytes at 24, and the payload's after it: their sum wraps round to the right one.
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    const uint64_t key_size = UINT64_MAX - 1;
    const uint64_t payload_size = 8;
    stream.seekp(24);
    stream.write(reinterpret_cast<const char *>(&key_size), sizeof(key_size));
    stream.write(reinterpret_cast<const char *>(&payload_size), sizeof(payload_size));
    stream.close();
    CHECK(!cache.read("thing", "key"));
    CHECK(!fs::exists(file));
}

TEST(an_entry_that_another_process_removes_or_replaces_is_only_missing) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", {1});
    const engine::disk_cache::entry entry = cache.entries("thing").at(0);
    write(cache, "key", {2, 2});
    CHECK(cache.read(entry) == bytes({2, 2}));
    cache_in(folder).remove(entry);
    CHECK(!cache.read(entry));
}

TEST(the_least_recently_used_files_go_first) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder, 4 * 1100);
    const auto path_of = [&](const std::string & key) {
        for (const engine::disk_cache::entry & entry : cache.entries("thing")) {
            if (entry.key == key) {
                return entry.path;
            }
        }
        return fs::path("missing");
    };
    int hours = 10;
    for (const char * key : {"a", "b", "c", "d"}) {
        write(cache, key, bytes(1000));
        age(path_of(key), std::chrono::hours(hours--));
    }
    CHECK_EQUAL(cache.entries("thing").size(), size_t{4});
    CHECK(cache.read("thing", "a").has_value()); // the oldest was used just now
    write(cache, "e", bytes(1000));
    CHECK(!cache.read("thing", "b"));
    CHECK(cache.read("thing", "a").has_value());
    write(cache, "large", bytes(2200));
    uintmax_t sum = 0;
    for (const fs::path & file : files_in(folder)) {
        sum += fs::file_size(file);
    }
    CHECK(sum <= 4 * 1100);
    CHECK_EQUAL(files_in(folder).size(), size_t{3});
    CHECK(cache.read("thing", "large").has_value());
    CHECK(cache.read("thing", "a").has_value() && cache.read("thing", "e").has_value());
    CHECK(!cache.read("thing", "c") && !cache.read("thing", "d"));
}

TEST(what_would_throw_out_all_others_is_not_kept) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder, 2000);
    write(cache, "small", bytes(100));
    const bytes large(1001);
    CHECK(!cache.write("thing", "large", large.data(), large.size()));
    CHECK(!cache.read("thing", "large"));
    CHECK(cache.read("thing", "small").has_value());
}

TEST(files_of_others_stay_and_those_that_a_crash_left_behind_go) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder, 2000);
    replace(folder.path / "notes.txt", std::string(5000, 'x'));
    replace(folder.path / "partial-1.lookonce", std::string(1900, 'x'));
    replace(folder.path / "reading-1.lookonce-part", "of a process that is gone");
    replace(folder.path / "reading-2.lookonce-part", "of one that is at work");
    age(folder.path / "partial-1.lookonce", std::chrono::hours(1));
    age(folder.path / "reading-1.lookonce-part", std::chrono::hours(25));
    write(cache, "key", bytes(500));
    CHECK(fs::exists(folder.path / "notes.txt"));
    CHECK(!fs::exists(folder.path / "partial-1.lookonce"));
    CHECK(!fs::exists(folder.path / "reading-1.lookonce-part"));
    CHECK(fs::exists(folder.path / "reading-2.lookonce-part"));
    CHECK(cache.read("thing", "key").has_value());
}

TEST(a_cache_that_is_off_or_has_no_folder_only_finds_nothing) {
    const fixture::scratch_folder folder;
    const uint8_t byte = 1;
    for (const auto & [path, max_bytes] : {std::pair(std::string(), uint64_t{1} << 20U),
                                           std::pair(folder.path.u8string(), uint64_t{0}),
                                           std::pair((folder.path / "missing").u8string(), uint64_t{1} << 20U)}) {
        engine::disk_cache cache({path, max_bytes, "", ""});
        CHECK(!cache.write("thing", "key", &byte, 1));
        CHECK(!cache.read("thing", "key"));
        CHECK(cache.entries("thing").empty());
    }
    CHECK(files_in(folder).empty());
}

#if !defined(_WIN32)

TEST(files_are_private_to_the_user) {
    const fixture::scratch_folder folder;
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", {1});
    CHECK(fs::status(files_in(folder).at(0)).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST(a_folder_that_cannot_be_written_is_still_read) {
    const fixture::scratch_folder folder;
    const bool is_root = geteuid() == 0;
    constexpr uid_t nobody = 65534; // root may write everywhere
    if (is_root && (chown(folder.path.c_str(), nobody, nobody) != 0 || seteuid(nobody) != 0)) {
        throw check::skipped{"root cannot become anybody else here"};
    }
    engine::disk_cache cache = cache_in(folder);
    write(cache, "key", {1, 2});
    fs::permissions(folder.path, fs::perms::owner_read | fs::perms::owner_exec);
    const uint8_t byte = 1;
    const bool written = cache.write("thing", "new", &byte, 1);
    const auto found = cache.read("thing", "key");
    const size_t n_files = files_in(folder).size();
    fs::permissions(folder.path, fs::perms::owner_all);
    if (is_root) {
        CHECK_EQUAL(seteuid(0), 0);
    }
    CHECK(!written);
    CHECK(found == bytes({1, 2}));
    CHECK_EQUAL(n_files, size_t{1});
}

#endif

RUN_TESTS()
