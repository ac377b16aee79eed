// The one sound of the page, and who follows it. Without a recording it it is a place in the words.

import { h } from "./dom.js";

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export class Sound {
    constructor(address, duration) {
        this.duration = duration;
        this.there = Boolean(address);
        this.place = 0; // where there is nothing to play
        this.element = h("audio", { preload: "metadata", src: address });
        this.followers = new Set();
        this.problem = null;
        const tell = () => this.tell();
        for (const event of ["timeupdate", "seeking", "pause", "ratechange", "ended", "loadedmetadata"]) {
            this.element.addEventListener(event, tell);
        }
        this.element.addEventListener("play", () => this.run());
        this.element.addEventListener("error", () => {
            this.problem = "The sound could not be loaded. The words and the judgements still can be read.";
            this.tell();
        });
    }

    get time() {
        return this.there ? this.element.currentTime : this.place;
    }

    set time(seconds) {
        if (this.there) {
            this.element.currentTime = seconds;
            return;
        }
        this.place = seconds;
        this.tell();
    }

    get playing() {
        return !this.element.paused;
    }

    // Always sets the time, so that a second click on the same quote plays it again.
    playFrom(seconds) {
        if (seconds === null || seconds === undefined) return;
        this.time = seconds;
        this.play();
    }

    // Refused while the browser waits for a first click, or when another seek comes in between.
    play() {
        if (this.there) this.element.play().catch(() => this.tell());
    }

    toggle() {
        if (this.playing) this.element.pause();
        else this.play();
    }

    seek(seconds) {
        this.time = Math.min(Math.max(seconds, 0), this.duration);
    }

    faster(steps) {
        const place = SPEEDS.indexOf(this.element.playbackRate) + steps;
        this.element.playbackRate = SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)];
    }

    watch(follower) {
        this.followers.add(follower);
        return () => this.followers.delete(follower);
    }

    tell() {
        for (const follower of this.followers) follower(this.time, this);
    }

    // `timeupdate` comes four times a second, too seldom to follow words.
    run() {
        this.tell();
        if (this.playing) requestAnimationFrame(() => this.run());
    }

    close() {
        this.element.pause();
        this.followers.clear();
        this.element.removeAttribute("src");
        this.element.load();
    }
}
