#include "addon/marshal.h"

namespace addon {

namespace {

Napi::Object to_js(Napi::Env env, const engine::image_tile & tile) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("x", tile.x);
    object.Set("y", tile.y);
    object.Set("width", tile.width);
    object.Set("height", tile.height);
    object.Set("columns", tile.columns);
    object.Set("rows", tile.rows);
    object.Set("spatial", tile.spatial);
    object.Set("firstToken", tile.first_token);
    object.Set("overview", tile.overview);
    return object;
}

Napi::Object to_js(Napi::Env env, const engine::kv_image_map & image) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", image.name);
    object.Set("tokens", image.n_tokens);
    Napi::Array tiles = Napi::Array::New(env);
    for (const engine::image_tile & tile : image.tiles) {
        tiles.Set(tiles.Length(), to_js(env, tile));
    }
    object.Set("tiles", tiles);
    object.Set("survival", Napi::Buffer<uint8_t>::Copy(env, image.survival.data(), image.survival.size()));
    return object;
}

} // namespace

Napi::Object to_js(Napi::Env env, const engine::kv_map & map) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("layers", map.n_layer);
    object.Set("headsKv", map.n_head_kv);
    Napi::Array compressed = Napi::Array::New(env);
    for (const bool layer : map.layer_compressed) {
        compressed.Set(compressed.Length(), layer);
    }
    object.Set("layerCompressed", compressed);
    Napi::Array images = Napi::Array::New(env);
    for (const engine::kv_image_map & image : map.images) {
        images.Set(images.Length(), to_js(env, image));
    }
    object.Set("images", images);
    return object;
}

} // namespace addon
