#include "engine/formats/image-chunk.h"

#include <cstring>
#include <vector>

namespace engine {

namespace {

/// Fields of fixed size, one after the other; once a read would pass the end, `ok` is false and every value zero.
class chunk_reader {
  public:
    explicit chunk_reader(const std::vector<char> & bytes) : bytes_(bytes) {}

    template <typename T>
    T read() {
        T value{};
        if (!ok || bytes_.size() - at_ < sizeof(T)) {
            ok = false;
            return value;
        }
        std::memcpy(&value, bytes_.data() + at_, sizeof(T));
        at_ += sizeof(T);
        return value;
    }

    /// Bytes after their number.
    void skip_counted(uint64_t element_bytes) {
        const auto n = read<uint64_t>();
        if (!ok || n > (bytes_.size() - at_) / element_bytes) {
            ok = false;
            return;
        }
        at_ += static_cast<size_t>(n * element_bytes);
    }

    bool at_end() const { return at_ == bytes_.size(); }

    bool ok = true;

  private:
    const std::vector<char> & bytes_;
    size_t at_ = 0;
};

constexpr uint64_t format_version = 2;

} // namespace

pixel_size image_chunk_size(const mtmd_input_chunk * chunk) {
    size_t n_bytes = 0;
    if (mtmd_input_chunk_save(chunk, nullptr, 0, &n_bytes) != 0) {
        return {};
    }
    std::vector<char> bytes(n_bytes);
    if (mtmd_input_chunk_save(chunk, bytes.data(), bytes.size(), nullptr) != 0) {
        return {};
    }
    chunk_reader in(bytes);
    const bool known_version = in.read<uint64_t>() == format_version;
    const bool is_image = in.read<uint32_t>() == static_cast<uint32_t>(MTMD_INPUT_CHUNK_TYPE_IMAGE);
    in.skip_counted(sizeof(int32_t)); // text tokens
    const bool has_image = in.read<uint8_t>() == 1;
    for (int i = 0; i < 5; ++i) {
        in.read<uint32_t>(); // nx, ny, positions, image number, frames merged into one
    }
    in.skip_counted(1); // id
    in.read<uint8_t>(); // audio
    const bool is_single = in.read<uint64_t>() == 1;
    in.read<uint8_t>(); // view separator
    in.read<uint8_t>(); // newline
    in.read<int32_t>(); // padding tokens
    const auto width = in.read<int32_t>();
    const auto height = in.read<int32_t>();
    in.read<uint8_t>(); // audio tokens
    const bool whole = in.ok && in.at_end();
    if (!known_version || !is_image || !has_image || !is_single || !whole || width <= 0 || height <= 0) {
        return {};
    }
    return {width, height};
}

} // namespace engine
