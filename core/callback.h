// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace godwit {

template <class Signature>
class Callback;

// Callback holds one callable and is move-only. Callables of up to kInline bytes (six pointers)
// that move without throwing are kept inside; larger ones cost one heap allocation. One that throws ends the
// process (std::terminate): what called it knows no exceptions.
template <class R, class... Args>
class Callback<R(Args...)> {
 public:
  static constexpr size_t kInline = 6 * sizeof(void*);

  Callback() = default;

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Callback> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      Callback(F&& f) {  // NOLINT: a lambda is to convert without ceremony
    using Stored = std::decay_t<F>;
    if constexpr (fits_inline<Stored>()) {
      ::new (static_cast<void*>(storage_)) Stored(std::forward<F>(f));
      ops_ = &kInlineOps<Stored>;
    } else {
      ::new (static_cast<void*>(storage_)) Stored*(new Stored(std::forward<F>(f)));
      ops_ = &kHeapOps<Stored>;
    }
  }

  Callback(Callback&& other) noexcept { take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  ~Callback() { reset(); }

  explicit operator bool() const { return ops_ != nullptr; }

  // Calling an empty Callback is undefined: test it first.
  R operator()(Args... args) { return ops_->call(storage_, std::forward<Args>(args)...); }

  void reset() {
    if (ops_) {
      const Ops* ops = std::exchange(ops_, nullptr);
      if (ops->destroy) ops->destroy(storage_);
    }
  }

 private:
  // What holds no more than values, as most callables do, moves as its bytes (move is null) and needs no end
  // (destroy is null): callbacks are moved several times for each request.
  struct Ops {
    R (*call)(void*, Args&&...);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void*) noexcept;
  };

  template <class F>
  static constexpr bool fits_inline() {
    return sizeof(F) <= kInline && alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;
  }

  template <class F>
  static void move(void* from, void* to) noexcept {
    ::new (to) F(std::move(*static_cast<F*>(from)));
    static_cast<F*>(from)->~F();
  }

  template <class F>
  static void destroy(void* p) noexcept {
    static_cast<F*>(p)->~F();
  }

  template <class F>
  static constexpr Ops kInlineOps = {
      [](void* p, Args&&... args) noexcept -> R {
        return (*static_cast<F*>(p))(std::forward<Args>(args)...);
      },
      std::is_trivially_copyable_v<F> ? nullptr : &move<F>,
      std::is_trivially_destructible_v<F> ? nullptr : &destroy<F>,
  };

  template <class F>
  static constexpr Ops kHeapOps = {
      [](void* p, Args&&... args) noexcept -> R {
        return (**static_cast<F**>(p))(std::forward<Args>(args)...);
      },
      nullptr,
      [](void* p) noexcept { delete *static_cast<F**>(p); },
  };

  void take(Callback& other) noexcept {
    if (!other.ops_) return;
    ops_ = std::exchange(other.ops_, nullptr);
    if (ops_->move) {
      ops_->move(other.storage_, storage_);
    } else {
      std::memcpy(storage_, other.storage_, kInline);
    }
  }

  alignas(void*) std::byte storage_[kInline];
  const Ops* ops_ = nullptr;
};

}  // namespace godwit
