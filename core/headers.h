// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/parser/field.h"

namespace godwit {

// Headers is an ordered list of field lines: names keep their case, repeats stay apart, look-ups
// ignore case (RFC 9110, 5.1 and 5.2). Views it returns live until the next change. What a Content-Type or a
// Content-Disposition among them says is told by media_type.h and content_disposition.h.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  class Iterator {
   public:
    using value_type = Field;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Headers* headers, size_t at) : headers_(headers), at_(at) {}
    Field operator*() const { return (*headers_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(headers_, at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_ = nullptr;
    size_t at_ = 0;
  };

  // add appends a field. The name must be a token and the value free of control characters other
  // than HTAB (RFC 9110, 5.1 and 5.5); surrounding whitespace of the value is dropped. Otherwise
  // nothing changes and Errc::invalid_request is returned; explain_fault says which byte it was.
  Error add(std::string_view name, std::string_view value);

  // set replaces all fields of that name by one, in the place of the first.
  Error set(std::string_view name, std::string_view value);

  // remove drops all fields of that name and says how many there were.
  size_t remove(std::string_view name);

  // get gives the first value of that name.
  std::optional<std::string_view> get(std::string_view name) const;

  // get_all gives every value of that name, in order.
  std::vector<std::string_view> get_all(std::string_view name) const;

  // get_single gives the value of a field that may come once (RFC 9110, 5.3): nothing if there is none, or
  // if lines of that name differ, since which of them counts would be a guess.
  std::optional<std::string_view> get_single(std::string_view name) const;

  // joined gives the values of that name with ", " between them, which is how a list may come in several
  // lines (RFC 9110, 5.3). Set-Cookie is no list and can't be joined (RFC 6265, 3): of it the first value is
  // given.
  std::optional<std::string> joined(std::string_view name) const;

  bool contains(std::string_view name) const { return get(name).has_value(); }

  // operator== says whether names and values are the same, byte for byte and in the same order.
  bool operator==(const Headers& other) const {
    return size() == other.size() && (empty() || has_same_fields(other));
  }

  size_t size() const { return spans_.size(); }
  bool empty() const { return spans_.empty(); }
  Field operator[](size_t i) const;

  // keys, values and items give all names, values and fields, in order, repeats kept.
  std::vector<std::string_view> keys() const;
  std::vector<std::string_view> values() const;
  std::vector<Field> items() const { return {begin(), end()}; }

  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, spans_.size()}; }

  // clear empties the list and keeps its memory.
  void clear() {
    text_.clear();
    spans_.clear();
  }

  // wire gives the fields of a list made by add() as they go over the wire, each line ended by CRLF.
  std::string_view wire() const { return text_; }

  // assign copies a received head and the places of its fields: the library's own way in.
  void assign(std::string_view head, std::span<const parser::FieldSpan> fields);

  // text gives a part of the head that assign() copied.
  std::string_view text(size_t at, size_t size) const { return std::string_view(text_).substr(at, size); }

  // terminated_text is text() with a NUL put behind it, over a byte of the line's end.
  std::string_view terminated_text(size_t at, size_t size) {
    text_[at + size] = '\0';
    return text(at, size);
  }

  // explain_fault says which byte of a name or value add() refuses, and where: one sentence, empty
  // if there is nothing to refuse.
  static std::string explain_fault(std::string_view name, std::string_view value);

 private:
  void append(std::string_view name, std::string_view value);
  bool has_same_fields(const Headers& other) const;  // of the same size

  std::string text_;
  std::vector<parser::FieldSpan> spans_;
};

}  // namespace godwit
