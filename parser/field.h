// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {

// FieldSpan is where one field line lies, in offsets from the first byte that was parsed: the bytes
// may move, as a growing buffer does, and the span stays right.
struct FieldSpan {
  uint32_t name;
  uint32_t name_size;
  uint32_t value;  // without the optional whitespace around it
  uint32_t value_size;
};

// FieldView is one field line as text. It lives as long as the bytes that were parsed.
struct FieldView {
  std::string_view name;   // as received: compare with ascii_iequals
  std::string_view value;  // as received, trimmed; raw folds inside if obs-fold was allowed (see unfold)
};

// Fields views field lines in the order received, repeats kept. It borrows both the bytes and the
// spans and costs three words: pass it by value.
class Fields {
 public:
  class Iterator {
   public:
    using value_type = FieldView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const char* base, const FieldSpan* span) : base_(base), span_(span) {}

    FieldView operator*() const {
      return {{base_ + span_->name, span_->name_size}, {base_ + span_->value, span_->value_size}};
    }
    Iterator& operator++() {
      ++span_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++span_;
      return before;
    }
    bool operator==(const Iterator& other) const { return span_ == other.span_; }

   private:
    const char* base_ = nullptr;
    const FieldSpan* span_ = nullptr;
  };

  // npos is what find gives when there is no such field.
  static constexpr size_t npos = static_cast<size_t>(-1);

  Fields() = default;
  Fields(const char* base, std::span<const FieldSpan> spans) : base_(base), spans_(spans) {}

  Iterator begin() const { return {base_, spans_.data()}; }
  Iterator end() const { return {base_, spans_.data() + spans_.size()}; }
  size_t size() const { return spans_.size(); }
  bool empty() const { return spans_.empty(); }
  FieldView operator[](size_t index) const { return *Iterator(base_, spans_.data() + index); }

  // find gives the index of the first field named `name`, in any case, at or after `from`; npos if none.
  size_t find(std::string_view name, size_t from = 0) const {
    for (size_t i = from; i < spans_.size(); ++i) {
      if (spans_[i].name_size == name.size() && ascii_iequals((*this)[i].name, name)) return i;
    }
    return npos;
  }

 private:
  const char* base_ = nullptr;
  std::span<const FieldSpan> spans_;
};

}  // namespace godwit::parser
