export { type Followed, type FollowOptions, followStreams } from './follow.js';
