// SPDX-License-Identifier: MIT
#pragma once

namespace godwit::conn {

// IntrusiveList links nodes through two of their own members: no memory of its own, O(1) removal. A
// node is in at most one list per pair of members.
template <class T, T* T::*Next, T* T::*Previous>
class IntrusiveList {
 public:
  bool empty() const { return front_ == nullptr; }
  T* front() const { return front_; }
  T* back() const { return back_; }

  void push_back(T& node) {
    node.*Next = nullptr;
    node.*Previous = back_;
    (back_ ? back_->*Next : front_) = &node;
    back_ = &node;
  }

  void push_front(T& node) {
    node.*Previous = nullptr;
    node.*Next = front_;
    (front_ ? front_->*Previous : back_) = &node;
    front_ = &node;
  }

  void remove(T& node) {
    T* const next = node.*Next;
    T* const previous = node.*Previous;
    (previous ? previous->*Next : front_) = next;
    (next ? next->*Previous : back_) = previous;
    node.*Next = node.*Previous = nullptr;
  }

  T* pop_front() {
    T* const node = front_;
    if (node) remove(*node);
    return node;
  }

 private:
  T* front_ = nullptr;
  T* back_ = nullptr;
};

}  // namespace godwit::conn
